package io.stepwise.training;

import io.stepwise.data.ClassOrder;
import io.stepwise.data.DatasetSpec;
import io.stepwise.data.ImageDataset;
import io.stepwise.data.InvalidDatasetException;
import io.stepwise.data.store.Datasets;
import io.stepwise.model.ParameterSpec;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.training.base.BaseVersion;
import io.stepwise.training.checkpoint.Checkpoint;
import io.stepwise.training.checkpoint.CheckpointFiles;
import io.stepwise.training.run.DamagedCheckpointException;
import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.run.StorageException;
import io.stepwise.training.spec.ImageSize;
import io.stepwise.training.spec.InitFrom;
import io.stepwise.training.spec.ResumePoint;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Opens what a specification refers to: its data set, and the version or the checkpoint that it starts from.
 */
record SpecReferences(Path runs, Datasets datasets, ModelRepository models) {
    /** Images have the channels red, green and blue. */
    static final int CHANNELS = 3;

    /** A detail of the events that begin a run: its classes are in the order of {@link ClassOrder}. */
    static final String NUMERIC_CLASSES = "numeric_classes";

    /**
     * Opens the data set; the caller closes it.
     *
     * @throws InvalidMessageException when there is no such data set, or it cannot be trained on
     * @throws StorageException when the folder of all data sets does not exist
     */
    ImageDataset open(TrainingSpec spec) throws IOException {
        ImageSize size = spec.imageSize();
        try {
            return datasets.open(new DatasetSpec(spec.dataset(), size.width(), size.height(), CHANNELS));
        } catch (InvalidDatasetException e) {
            if (!Files.isDirectory(datasets.root())) {
                throw new StorageException(
                        datasets.root().toString(), new NoSuchFileException(String.valueOf(datasets.root())));
            }
            throw invalid("/dataset", spec.dataset(), "the name of a data set that can be used: " + e.getMessage());
        }
    }

    /**
     * Opens the data set of a run, with its classes in the order that the run began with. If they are all numbers, that
     * of earlier programs was alphabetical.
     *
     * @throws InvalidMessageException as {@link #open(TrainingSpec)}
     */
    ImageDataset open(TrainingSpec spec, RunFolder run) throws IOException {
        ImageDataset dataset = open(spec);
        ResumePoint other = spec.resumeFrom();
        Optional<RunEvent> begin = begin(run);
        if (begin.isEmpty() && other != null) {
            begin = begin(run(other));
        }
        boolean earlier = ClassOrder.areNumbers(dataset.labels())
                && begin.map(event -> !event.details().containsKey(NUMERIC_CLASSES))
                        .orElse(false);
        return earlier ? ClassOrder.alphabetical(dataset) : dataset;
    }

    /** The details of an event that begins a run, with the order of its classes if they are numbers. */
    static Map<String, Object> withOrder(Map<String, Object> details, List<String> classes) {
        boolean numeric =
                !classes.isEmpty() && ClassOrder.areNumbers(classes) && classes.equals(ClassOrder.of(classes));
        Map<String, Object> all = new LinkedHashMap<>(details);
        if (numeric) {
            all.put(NUMERIC_CLASSES, true);
        }
        return all;
    }

    private static Optional<RunEvent> begin(RunFolder run) throws IOException {
        return run.events(0).stream()
                .filter(event -> event.type() == RunEvent.Type.STARTED || event.type() == RunEvent.Type.RESUMED)
                .findFirst();
    }

    /**
     * The version that {@code spec} starts from; null if it names none.
     *
     * @throws InvalidMessageException when there is no such version, or it cannot be trained
     */
    @Nullable
    BaseVersion base(TrainingSpec spec) throws IOException {
        InitFrom asked = spec.initFrom();
        return asked == null ? null : StorageException.guard(models.root(), () -> BaseVersion.open(asked, models));
    }

    /**
     * Reads another run's checkpoint.
     *
     * @throws InvalidMessageException as {@link #requireCheckpoint}
     */
    Checkpoint checkpoint(ResumePoint point, TrainingSpec spec, List<ParameterSpec> parameters) throws IOException {
        Path folder = requireCheckpoint(point, spec, parameters);
        return StorageException.guard(folder, () -> Checkpoint.read(folder, parameters));
    }

    /**
     * The folder of a checkpoint that {@code spec} can resume from; reads only the shapes of its tensors.
     *
     * @param parameters of the networks that it must fit; null if they are not known
     * @throws InvalidMessageException when it does not exist, is damaged, belongs to another network, or leaves no step to
     *     do
     */
    Path requireCheckpoint(ResumePoint point, TrainingSpec spec, @Nullable List<ParameterSpec> parameters)
            throws IOException {
        Path folder = folder(point);
        try {
            int step = CheckpointFiles.position(folder).step();
            if (step >= spec.steps()) {
                throw invalid("/steps", spec.steps(), "more than " + step + ", the steps of " + point);
            }
            if (parameters != null) {
                CheckpointFiles.requireFit(folder, parameters);
            }
            return folder;
        } catch (InvalidModelException | DamagedCheckpointException e) {
            throw invalid("/resume_from", point.toString(), "a checkpoint of this network: " + e.getMessage());
        }
    }

    private Path folder(ResumePoint point) throws IOException {
        RunFolder run = run(point);
        OptionalInt newest = run.newestCheckpoint();
        Integer asked = point.step();
        if (asked == null && newest.isPresent()) {
            return run.checkpointFolder(newest.getAsInt());
        }
        List<Integer> there = run.checkpoints();
        if (asked == null || !there.contains(asked)) {
            throw invalid(
                    "/resume_from", point.toString(), "one of the run's checkpoints, which are at steps " + there);
        }
        return run.checkpointFolder(asked);
    }

    private RunFolder run(ResumePoint point) {
        try {
            return RunFolder.open(runs, point.run());
        } catch (NoSuchFileException e) {
            throw invalid("/resume_from", point.toString(), "a run that is there, or \"<run>/step-<N>\" of it");
        }
    }

    private static InvalidMessageException invalid(String pointer, Object value, String allowed) {
        String shown = value instanceof String text ? "\"" + text + "\"" : String.valueOf(value);
        return new InvalidMessageException(pointer, shown, allowed);
    }
}
