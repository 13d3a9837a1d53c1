package io.stepwise.data.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.stepwise.data.BrokenPicture;
import io.stepwise.data.PictureSize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code dataset.json} beside the pictures of an upload: what was found when they were checked, so that nobody has to
 * open them again. It counts as long as nothing was added to or taken from the folders since, see {@link #read}.
 *
 * @param format {@value #FORMAT}
 * @param folders all folders with files, relative to the data set, which is {@code ""}
 * @param smallest picture by number of pixels
 * @param largest likewise
 * @param broken pictures of the upload that were left out, the first of them
 * @param ignored files of the upload that were not kept, the first of them
 */
record DatasetFile(
        int format,
        Instant created,
        long images,
        long bytes,
        List<DatasetSummary.LabelCount> labels,
        List<String> folders,
        PictureSize smallest,
        PictureSize largest,
        List<BrokenPicture> broken,
        int brokenCount,
        List<String> ignored,
        int ignoredCount) {
    static final String NAME = "dataset.json";
    static final int FORMAT = 1;

    /** A larger file is none of ours. */
    private static final long MAX_BYTES = 64 << 20;

    /** How much later than this file a folder's last change may be, which this file's own name is. */
    private static final Duration SLACK = Duration.ofSeconds(2);

    private static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(
                    DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                    DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();

    DatasetFile {
        if (format != FORMAT) {
            throw new IllegalArgumentException("format " + format + " must be " + FORMAT);
        }
    }

    byte[] written() {
        try {
            return (JSON.writeValueAsString(this) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a record of plain values can be written", impossible);
        }
    }

    /**
     * The file of a data set; null when there is none, when it is somebody else's, or when files were added, removed or
     * renamed in one of its folders later. Files that were overwritten in place are not noticed.
     */
    static @Nullable DatasetFile read(Path dataset) {
        Path path = dataset.resolve(NAME);
        try {
            if (!Files.isRegularFile(path) || Files.size(path) > MAX_BYTES) {
                return null;
            }
            Instant trusted = Files.getLastModifiedTime(path).toInstant().plus(SLACK);
            DatasetFile file = JSON.readValue(Files.readAllBytes(path), DatasetFile.class);
            for (String folder : file.folders()) {
                Instant changed =
                        Files.getLastModifiedTime(dataset.resolve(folder)).toInstant();
                if (changed.isAfter(trusted)) {
                    return null;
                }
            }
            return file;
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    DatasetSummary summary(String name) {
        return new DatasetSummary(
                name,
                false,
                images,
                labels,
                bytes,
                created,
                smallest,
                largest,
                broken,
                brokenCount,
                ignored,
                ignoredCount,
                null);
    }
}
