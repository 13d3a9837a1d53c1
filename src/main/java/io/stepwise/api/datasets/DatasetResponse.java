package io.stepwise.api.datasets;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.stepwise.data.BrokenPicture;
import io.stepwise.data.PictureSize;
import io.stepwise.data.store.DatasetSummary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A data set as clients see it. */
@JsonInclude
record DatasetResponse(
        String name,
        boolean builtin,
        long images,
        List<Label> labels,
        long bytes,
        @Nullable String created,
        @Nullable Size smallest,
        @Nullable Size largest,
        List<Broken> broken,
        @JsonProperty("broken_count") int brokenCount,
        List<String> ignored,
        @JsonProperty("ignored_count") int ignoredCount,
        @Nullable String problem) {

    static DatasetResponse of(DatasetSummary summary) {
        return new DatasetResponse(
                summary.name(),
                summary.builtin(),
                summary.images(),
                summary.labels().stream()
                        .map(label -> new Label(label.name(), label.images()))
                        .toList(),
                summary.bytes(),
                summary.created() == null ? null : summary.created().toString(),
                Size.of(summary.smallest()),
                Size.of(summary.largest()),
                summary.broken().stream().map(Broken::of).toList(),
                summary.brokenCount(),
                summary.ignored(),
                summary.ignoredCount(),
                summary.problem());
    }

    /** A class. */
    record Label(String name, long images) {}

    /** The size of a picture. */
    record Size(int width, int height) {
        static @Nullable Size of(@Nullable PictureSize size) {
            return size == null ? null : new Size(size.width(), size.height());
        }
    }

    /** A picture that can't be read. */
    record Broken(String file, String reason) {
        static Broken of(BrokenPicture picture) {
            return new Broken(picture.name(), picture.reason());
        }
    }
}
