package io.stepwise.api.datasets;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.stepwise.data.BrokenPicture;
import io.stepwise.data.PictureSize;
import io.stepwise.data.store.DatasetSummary;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A data set as clients see it. */
@Schema(
        name = "Dataset",
        description = "A data set.",
        requiredProperties = {
            "name",
            "builtin",
            "images",
            "labels",
            "bytes",
            "created",
            "smallest",
            "largest",
            "broken",
            "broken_count",
            "ignored",
            "ignored_count",
            "problem"
        })
@JsonInclude
record DatasetResponse(
        @Schema(description = "What the field dataset of a training job calls it.", examples = "cats") String name,
        @Schema(description = "Whether it is painted by the service; it can't be deleted then.") boolean builtin,
        @Schema(description = "Images to train on.", minimum = "0", examples = "1200") long images,
        @Schema(description = "Its classes in the order of their numbers; empty when the images have none.")
                List<Label> labels,
        @Schema(description = "Bytes on disk.", minimum = "0") long bytes,
        @Schema(
                        description =
                                "When it was uploaded, or last changed if it was put there by hand; ISO 8601, UTC."
                                        + " null for the built-in one.",
                        nullable = true,
                        format = "date-time")
                @Nullable
                String created,
        @Schema(description = "The picture with the fewest pixels; null where pictures have any size.", nullable = true)
                @Nullable
                Size smallest,
        @Schema(description = "The picture with the most pixels; null where pictures have any size.", nullable = true)
                @Nullable
                Size largest,
        @Schema(
                        description = "Pictures that can't be read: of an upload those that were skipped and are not"
                                + " stored, of a data set that was put there by hand those in the way. The first 100.")
                List<Broken> broken,
        @JsonProperty("broken_count") @Schema(description = "How many those are.", minimum = "0") int brokenCount,
        @Schema(
                        description =
                                "Files of the upload that are neither pictures nor labels.csv and are not stored. The"
                                        + " first 100.")
                List<String> ignored,
        @JsonProperty("ignored_count") @Schema(description = "How many those are.", minimum = "0") int ignoredCount,
        @Schema(description = "Why training can't use it as it is; null when it can.", nullable = true) @Nullable
                String problem) {

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
    @Schema(
            name = "DatasetLabel",
            description = "A class.",
            requiredProperties = {"name", "images"})
    record Label(
            @Schema(description = "What generating calls it.", examples = "siamese") String name,
            @Schema(description = "How many images it has.", minimum = "1") long images) {}

    /** The size of a picture. */
    @Schema(
            name = "PictureSize",
            description = "Pixels, upright.",
            requiredProperties = {"width", "height"})
    record Size(@Schema(minimum = "1") int width, @Schema(minimum = "1") int height) {
        static @Nullable Size of(@Nullable PictureSize size) {
            return size == null ? null : new Size(size.width(), size.height());
        }
    }

    /** A picture that can't be read. */
    @Schema(
            name = "BrokenPicture",
            description = "A picture that can't be read.",
            requiredProperties = {"file", "reason"})
    record Broken(
            @Schema(description = "Its path in the upload or in the folder.", examples = "cats/7.png") String file,
            @Schema(examples = "not a PNG, JPEG, WebP, GIF, BMP or TIFF image") String reason) {
        static Broken of(BrokenPicture picture) {
            return new Broken(picture.name(), picture.reason());
        }
    }
}
