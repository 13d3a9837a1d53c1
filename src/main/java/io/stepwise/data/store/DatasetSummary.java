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
 * A summary of a data set that does not require opening its pictures. Its JSON form is sent to clients and stored by
 * {@link DatasetFile}.
 *
 * @param name name that training jobs use
 * @param builtin whether the pictures are painted and not stored
 * @param images number of images that training can use
 * @param labels classes in the order of their numbers; empty if the images have no classes
 * @param bytes size on disk
 * @param created time of the upload, or time of the last change if it was not uploaded; null for the built-in data set
 * @param smallest smallest picture by number of pixels; null for the built-in data set, whose pictures have any size,
 *     and in lists
 * @param largest largest picture by number of pixels; null in the same cases as {@code smallest}
 * @param broken unreadable pictures that were left out or prevent training; the first {@value PictureTally#MAX_NAMED}
 *     of them
 * @param brokenCount number of unreadable pictures
 * @param ignored files that are neither pictures nor labels and were not stored; the first {@value
 *     PictureIntake#MAX_NAMED} of them
 * @param problem why training can't use the data set; null if it can
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
    /** A class and its number of images. */
    public record LabelCount(String name, long images) {
        /**
         * Counts the images of each class.
         *
         * @param labels labels of the images: class numbers or {@link LabelledImage#NO_LABEL}
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
