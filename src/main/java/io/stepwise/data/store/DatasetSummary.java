package io.stepwise.data.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.stepwise.data.BrokenPicture;
import io.stepwise.data.LabelledImage;
import io.stepwise.data.PictureSize;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a data set without opening its pictures; as JSON what clients see and what {@link DatasetFile} keeps.
 *
 * @param name what training jobs call it
 * @param builtin whether it is painted rather than stored
 * @param images that can be trained on
 * @param labels classes in the order of their numbers; empty when the images carry none
 * @param bytes on disk
 * @param created when it was uploaded, or else last changed; null for the built-in one
 * @param smallest picture by number of pixels; null for the built-in one, whose pictures have any size, and where only a
 *     list was asked for
 * @param largest likewise
 * @param broken pictures that can't be read and were left out, or are in the way; the first
 *     {@value PictureTally#MAX_NAMED} of them
 * @param brokenCount how many there are
 * @param ignored files that are neither pictures nor labels and were not kept; the first
 *     {@value PictureIntake#MAX_NAMED} of them
 * @param ignoredCount how many there were
 * @param problem why training can't use it as it is; null when it can
 */
@JsonInclude
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record DatasetSummary(
        String name,
        boolean builtin,
        long images,
        List<LabelCount> labels,
        long bytes,
        @JsonSerialize(using = ToStringSerializer.class) @Nullable Instant created,
        @Nullable PictureSize smallest,
        @Nullable PictureSize largest,
        List<BrokenPicture> broken,
        int brokenCount,
        List<String> ignored,
        int ignoredCount,
        @Nullable String problem) {
    /** A class and how many images it has. */
    public record LabelCount(String name, long images) {
        /**
         * Counts the images of each class.
         *
         * @param names of the classes
         * @param labels of the images, numbers of classes or {@link LabelledImage#NO_LABEL}
         */
        static List<LabelCount> of(List<String> names, IntStream labels) {
            long[] counts = new long[names.size()];
            labels.filter(label -> label != LabelledImage.NO_LABEL).forEach(label -> counts[label]++);
            return IntStream.range(0, counts.length)
                    .mapToObj(i -> new LabelCount(names.get(i), counts[i]))
                    .toList();
        }
    }

    public DatasetSummary {
        labels = List.copyOf(labels);
        broken = List.copyOf(broken);
        ignored = List.copyOf(ignored);
    }
}
