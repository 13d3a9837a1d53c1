package io.stepwise.api.models;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.stepwise.api.problem.PublicText;
import io.stepwise.serving.ModelDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer of {@code GET /models/{name}}: one model. */
record ModelResponse(
        String name,
        @JsonProperty("default") boolean isDefault,
        @JsonProperty("served_version") @Nullable Integer servedVersion,
        Object served,
        String description,
        List<String> labels,
        @JsonProperty("image_size") @Nullable ImageSize imageSize,
        @Nullable String kind,
        @Nullable String problem,
        List<Version> versions) {

    /** The value that means the newest version. */
    static final String LATEST = "latest";

    static ModelResponse of(ModelDescription model) {
        return new ModelResponse(
                model.name(),
                model.isDefault(),
                model.servedVersion(),
                model.pinned() == null ? LATEST : model.pinned(),
                model.description(),
                model.labels(),
                ImageSize.of(model.size()),
                model.kind(),
                PublicText.ofNullable(model.trouble()),
                model.versions().stream().map(Version::of).toList());
    }

    /** The summary of a version. */
    record Version(int version, boolean serves, boolean loaded, @Nullable String refused) {

        static Version of(ModelDescription.Version version) {
            return new Version(
                    version.number(), version.serves(), version.loaded(), PublicText.ofNullable(version.refused()));
        }
    }

    /** A size in pixels. */
    record ImageSize(int width, int height) {

        static @Nullable ImageSize of(ModelDescription.@Nullable ImageSize size) {
            return size == null ? null : new ImageSize(size.width(), size.height());
        }
    }
}
