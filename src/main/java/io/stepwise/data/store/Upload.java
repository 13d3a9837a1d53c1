package io.stepwise.data.store;

import io.stepwise.data.InvalidDatasetException;
import io.stepwise.data.LabelsCsv;
import io.stepwise.data.OnBroken;
import io.stepwise.data.PictureIndex;
import io.stepwise.data.PictureTally;
import io.stepwise.data.store.DatasetSummary.LabelCount;
import io.stepwise.image.PictureFormat;
import io.stepwise.repository.IdempotencyRecord;
import io.stepwise.upload.FileNames;
import io.stepwise.upload.HashedFiles;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One upload, from its first file to a complete staging folder that only needs its final name. Not threadsafe. */
final class Upload {
    /** The name starts with a dot, so that the file is not part of the data set. */
    static final String MARK = ".request.json";

    /** The name of an upload in messages. */
    static final String SOURCE = "the upload";

    private final Staging staging;
    private final PictureLimits limits;
    private final OnBroken onBroken;
    private final PictureIntake intake;

    Upload(Staging staging, PictureLimits limits, OnBroken onBroken) {
        this.staging = staging;
        this.limits = limits;
        this.onBroken = onBroken;
        intake = new PictureIntake(staging, limits, onBroken);
    }

    /**
     * Receives all files and describes them in a {@code dataset.json}, which is written last.
     *
     * @param name final name of the data set
     * @param key key of the request, stored as {@link IdempotencyRecord} of the data set; null if there is no key
     * @throws BrokenPicturesException if pictures are broken and this is not allowed, or if all are broken
     * @throws InvalidDatasetException if there are no pictures, the form is refused, or labels are missing
     */
    DatasetSummary take(String name, HashedFiles incoming, @Nullable String key, Instant created) throws IOException {
        intake.takeAll(incoming);
        requirePictures();
        SortedMap<String, LabelsCsv> labels = labels();
        PictureIndex index = index(labels);
        int labelBytes = 0;
        for (Map.Entry<String, LabelsCsv> file : labels.entrySet()) {
            byte[] written = written(file.getKey(), file.getValue());
            staging.write(FileNames.folder(file.getKey()) + LabelsCsv.NAME, written);
            labelBytes = written.length;
        }
        if (key != null) {
            staging.write(
                    MARK,
                    new IdempotencyRecord(key, incoming.hash(limits.upload().maxBytes())).written());
        }
        DatasetSummary summary = describe(name, index, intake.written() + labelBytes, created);
        staging.write(DatasetFile.NAME, DatasetFile.written(summary, intake.folders()));
        return summary;
    }

    private void requirePictures() {
        int broken = intake.tally().brokenCount();
        int sound = intake.tally().soundCount();
        if (broken == 0 && sound == 0) {
            String others = intake.ignoredCount() == 0
                    ? ""
                    : "; of other kinds there are " + intake.ignoredCount() + ", such as "
                            + FileNames.shown(intake.ignored().get(0));
            throw new InvalidDatasetException(SOURCE + " has no " + PictureFormat.NAMES + " files" + others);
        }
        if (broken > 0 && (onBroken == OnBroken.FAIL || sound == 0)) {
            String named =
                    broken > PictureTally.MAX_NAMED ? "; the first " + PictureTally.MAX_NAMED + " are named" : "";
            throw new BrokenPicturesException(
                    broken + " of " + (broken + sound) + " pictures can't be read" + named,
                    intake.tally().brokenPictures());
        }
    }

    /**
     * The labels to store: those that were sent, without those of pictures that were left out. Of another program's list only
     * those of the pictures that were sent.
     */
    private SortedMap<String, LabelsCsv> labels() {
        SortedMap<String, LabelsCsv> kept = new TreeMap<>(intake.labels());
        kept.replaceAll((file, all) -> {
            Set<String> broken = within(FileNames.folder(file), intake.broken());
            Set<String> sound = within(FileNames.folder(file), intake.pictures());
            LabelsCsv sent =
                    LabelsCsv.isOwn(file) ? all : all.without(name -> !sound.contains(name) && !broken.contains(name));
            LabelsCsv others = sent.without(broken::contains);
            requireNoneLost(sent.classes(), others.classes());
            return others;
        });
        return kept;
    }

    /** The names of the files in a folder as they are in it. */
    private static Set<String> within(String folder, List<String> names) {
        return names.stream()
                .filter(name -> name.startsWith(folder))
                .map(name -> name.substring(folder.length()))
                .collect(Collectors.toSet());
    }

    /** A {@code labels.csv} that nothing was left out of is kept as it was sent. */
    private byte[] written(String file, LabelsCsv labels) {
        boolean asSent = LabelsCsv.isOwn(file) && intake.broken().isEmpty();
        return asSent ? intake.labelsFile() : labels.written();
    }

    private PictureIndex index(SortedMap<String, LabelsCsv> labels) {
        List<String> names = intake.pictures();
        if (labels.isEmpty() && !intake.broken().isEmpty()) {
            Set<String> all = new TreeSet<>(names);
            all.addAll(intake.broken());
            int skipped = PictureIndex.commonFolder(List.copyOf(all)).length();
            requireNoneLost(PictureIndex.classFolders(all, skipped), PictureIndex.classFolders(names, skipped));
        }
        return PictureIndex.of(SOURCE, names, labels);
    }

    /** Checks that leaving out broken pictures does not remove a class. */
    private static void requireNoneLost(Set<String> before, Set<String> after) {
        Set<String> lost = new TreeSet<>(before);
        lost.removeAll(after);
        if (!lost.isEmpty()) {
            throw new InvalidDatasetException(
                    SOURCE + " has classes of which no picture can be read: " + FileNames.some(lost));
        }
    }

    private DatasetSummary describe(String name, PictureIndex index, long bytes, Instant created) {
        PictureTally tally = intake.tally();
        return new DatasetSummary(
                name,
                false,
                tally.soundCount(),
                LabelCount.of(index.labels(), index.pictures().stream().mapToInt(PictureIndex.Picture::label)),
                bytes,
                created,
                tally.smallest(),
                tally.largest(),
                tally.brokenPictures(),
                tally.brokenCount(),
                intake.ignored(),
                intake.ignoredCount(),
                null);
    }
}
