package io.stepwise.api.models;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.stepwise.serving.ModelDescription;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A model as {@code GET /models/{name}} tells of it. */
@Schema(
        name = "Model",
        description = "A model of the repository and what serves of it.",
        requiredProperties = {
            "name",
            "default",
            "served_version",
            "served",
            "description",
            "labels",
            "image_size",
            "problem",
            "versions"
        })
record ModelResponse(
        @Schema(examples = "faces") String name,
        @JsonProperty("default") @Schema(description = "Whether it answers requests that name no model.")
                boolean isDefault,
        @JsonProperty("served_version")
                @Schema(
                        description =
                                "The version that answers requests which name none; of a model that isn't in memory the"
                                        + " one that would. Null where none can.",
                        nullable = true,
                        minimum = "1",
                        examples = "3")
                @Nullable
                Integer servedVersion,
        @Schema(
                        description = "What is to serve: \"latest\", or the version it is pinned to.",
                        oneOf = {Integer.class, String.class},
                        examples = "latest")
                Object served,
        @Schema(description = "For people.") String description,
        @Schema(description = "Names of the classes, in the order of their numbers; none where there are no classes.")
                List<String> labels,
        @JsonProperty("image_size") @Schema(nullable = true) @Nullable ImageSize imageSize,
        @Schema(
                        description = "Why it isn't served as it is to be; null where it is, or isn't in memory.",
                        nullable = true)
                @Nullable
                String problem,
        @Schema(description = "Ascending.") List<Version> versions) {

    /** What stands for the newest version. */
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
                model.trouble(),
                model.versions().stream().map(Version::of).toList());
    }

    /** A version in short. */
    @Schema(
            name = "ModelVersionState",
            description = "A version in short.",
            requiredProperties = {"version", "serves", "loaded", "refused"})
    record Version(
            @Schema(minimum = "1", examples = "3") int version,
            @Schema(description = "Whether it answers requests that name no version.") boolean serves,
            @Schema(description = "Whether it is in memory.") boolean loaded,
            @Schema(description = "Why it can't be loaded; null where that isn't known.", nullable = true) @Nullable
                    String refused) {

        static Version of(ModelDescription.Version version) {
            return new Version(version.number(), version.serves(), version.loaded(), version.refused());
        }
    }

    /** Pixels. */
    @Schema(
            name = "ImageSize",
            description = "Pixels of an image; null where that isn't known.",
            requiredProperties = {"width", "height"})
    record ImageSize(
            @Schema(minimum = "1", examples = "32") int width, @Schema(minimum = "1", examples = "32") int height) {

        static @Nullable ImageSize of(ModelDescription.@Nullable ImageSize size) {
            return size == null ? null : new ImageSize(size.width(), size.height());
        }
    }
}
