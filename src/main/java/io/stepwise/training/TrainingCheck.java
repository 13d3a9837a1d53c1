package io.stepwise.training;

import io.stepwise.data.ImageDataset;
import io.stepwise.data.store.Datasets;
import io.stepwise.image.UnreadableImageException;
import io.stepwise.memory.AvailableMemory;
import io.stepwise.repository.ModelRepository;
import io.stepwise.schema.FieldError;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.training.average.Snapshots;
import io.stepwise.training.base.BaseVersion;
import io.stepwise.training.checkpoint.Checkpoint;
import io.stepwise.training.run.StorageException;
import io.stepwise.training.spec.ResumePoint;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Checks a run before it starts: its data set, network, version, checkpoint and memory must exist and fit together. Cheap, and
 * libtorch is not loaded, so that the process that accepts jobs can do it.
 *
 * @param labels of the data set; none for images without labels
 * @param images number of images to train on
 * @param parameters of the network
 * @param memory estimate for training
 * @param warnings for people; they do not keep the run from starting
 */
public record TrainingCheck(
        List<String> labels, long images, long parameters, TrainingMemory memory, List<String> warnings) {
    private static final double GIB = 1 << 30;

    /**
     * Checks {@code spec}.
     *
     * @param runs folder of all runs; need not exist
     * @param models finds the version that it starts from
     * @throws InvalidMessageException naming every field that is wrong
     * @throws StorageException when the storage fails
     */
    public static TrainingCheck of(TrainingSpec spec, Path runs, Datasets datasets, ModelRepository models)
            throws IOException {
        return of(spec, runs, datasets, models, AvailableMemory.here().bytes());
    }

    /**
     * The same for a process that runs elsewhere.
     *
     * @param available memory that it may take, in bytes; empty if that is not known, and then not checked
     */
    public static TrainingCheck of(
            TrainingSpec spec, Path runs, Datasets datasets, ModelRepository models, OptionalLong available)
            throws IOException {
        return new Checking(spec, new SpecReferences(runs, datasets, models), available, new ArrayList<>()).result();
    }

    public TrainingCheck {
        labels = List.copyOf(labels);
        warnings = List.copyOf(warnings);
    }

    /** A check in progress, which collects the errors. */
    private record Checking(TrainingSpec spec, SpecReferences inputs, OptionalLong available, List<FieldError> errors) {
        TrainingCheck result() throws IOException {
            try (ImageDataset dataset = dataset()) {
                TrainingPlan plan = dataset == null ? null : plan(dataset);
                resumePoint(plan);
                BaseVersion base = base(plan);
                if (plan != null) {
                    TrainingMemory memory =
                            TrainingMemory.of(plan, inputs.datasets().cacheBytes());
                    suffices(memory);
                    if (!errors.isEmpty()) {
                        throw new InvalidMessageException(errors);
                    }
                    List<String> warnings = new ArrayList<>(plan.warnings());
                    if (base != null) {
                        warnings.addAll(base.warnings(plan.spec()));
                    }
                    addDiskWarning(plan, warnings);
                    return new TrainingCheck(
                            plan.dataset().labels(),
                            plan.dataset().size(),
                            plan.design().parameterCount(),
                            memory,
                            warnings);
                }
            }
            throw new InvalidMessageException(errors);
        }

        private @Nullable ImageDataset dataset() throws IOException {
            try {
                return inputs.open(spec);
            } catch (InvalidMessageException e) {
                errors.addAll(e.errors());
                return null;
            }
        }

        private @Nullable TrainingPlan plan(ImageDataset dataset) {
            try {
                dataset.get(0);
            } catch (UnreadableImageException e) {
                errors.add(FieldError.of(
                        "/dataset",
                        "\"" + spec.dataset() + "\"",
                        "a data set whose images can be read: " + e.getMessage()));
            }
            try {
                return TrainingPlan.of(spec, dataset);
            } catch (InvalidMessageException e) {
                errors.addAll(e.errors());
                return null;
            }
        }

        private void resumePoint(@Nullable TrainingPlan plan) throws IOException {
            ResumePoint point = spec.resumeFrom();
            if (point == null) {
                return;
            }
            try {
                inputs.requireCheckpoint(
                        point, spec, plan == null ? null : plan.design().parameters());
            } catch (InvalidMessageException e) {
                errors.addAll(e.errors());
            }
        }

        private @Nullable BaseVersion base(@Nullable TrainingPlan plan) throws IOException {
            try {
                BaseVersion base = inputs.base(spec);
                if (base != null && plan != null) {
                    base.requireFit(
                            spec.unet(),
                            plan.design().parameters(),
                            plan.dataset().labels());
                }
                return base;
            } catch (InvalidMessageException e) {
                errors.addAll(e.errors());
                return null;
            }
        }

        private void suffices(TrainingMemory memory) {
            if (available.isEmpty() || memory.total() <= available.getAsLong()) {
                return;
            }
            String lack = String.format(
                    Locale.ROOT,
                    "training takes about %.1f GiB of memory, of which %.1f GiB grow with batch_size and the area of the "
                            + "images, and %.1f GiB are free",
                    memory.total() / GIB,
                    memory.activations() / GIB,
                    available.getAsLong() / GIB);
            boolean hopeless = memory.total() - memory.activations() > available.getAsLong();
            errors.add(
                    hopeless
                            ? FieldError.of(
                                    spec.kind().networkField(),
                                    memory.parameters() + " parameters",
                                    "a smaller network: " + lack)
                            : FieldError.of("/batch_size", String.valueOf(spec.batchSize()), "less: " + lack));
        }

        /**
         * Two checkpoints, because the older one is deleted after the newer one is written, a version, and the snapshots of
         * averages.
         */
        private void addDiskWarning(TrainingPlan plan, List<String> warnings) throws IOException {
            if (!Files.isDirectory(inputs.runs())) {
                return;
            }
            long parameters = plan.design().parameterCount();
            int interval = spec.checkpointEvery();
            int snapshots = interval == 0 ? 1 : Math.min(Snapshots.MOST, spec.steps() / interval) + 1;
            long wanted = (2L * Checkpoint.bytesPerParameter(spec.postHocEma())
                            + Float.BYTES
                            + (spec.postHocEma() ? (long) snapshots * Snapshots.BYTES_PER_PARAMETER : 0))
                    * parameters;
            long free = Files.getFileStore(inputs.runs()).getUsableSpace();
            if (free < wanted) {
                warnings.add(String.format(
                        Locale.ROOT,
                        "the volume of %s has %.1f GiB free; checkpoints, a version and snapshots of averages take %.1f GiB",
                        inputs.runs(),
                        free / GIB,
                        wanted / GIB));
            }
        }
    }
}
