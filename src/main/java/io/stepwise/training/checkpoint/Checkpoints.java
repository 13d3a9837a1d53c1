package io.stepwise.training.checkpoint;

import io.stepwise.model.ParameterSpec;
import io.stepwise.repository.files.DurableFiles;
import io.stepwise.training.run.DamagedCheckpointException;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.run.StorageException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The checkpoints of one run, for the process that trains it.
 *
 * <p>INVARIANT: a folder named {@code step-N} is complete at every instant: it gets the name when all its files are
 * durable, loses it before the first of them is deleted, and is never written to. Every other folder has a name that
 * starts with a dot: {@code .writing-} and {@code .dropped-} are left by killed processes and deleted by the next one;
 * {@code .damaged-step-N} was found damaged, and is deleted when the checkpoint of that step is made again.
 *
 * <p>Every method throws a {@link StorageException} when the storage fails.
 */
public record Checkpoints(RunFolder run, List<ParameterSpec> parameters) {
    private static final String STAGED = ".writing-";
    private static final String DROPPED = ".dropped-";
    private static final String DAMAGED = ".damaged-";

    /** Adds a checkpoint. An existing complete one of the same step stays: it comes from the same computation. */
    public void write(Checkpoint checkpoint) throws IOException {
        Path folder = run.checkpointFolder(checkpoint.step());
        StorageException.guard(folder, () -> {
            if (Files.exists(folder)) {
                if (isWhole(folder)) {
                    return;
                }
                setAside(checkpoint.step());
            }
            Path staged = stage();
            try {
                CheckpointFiles.write(staged, checkpoint, parameters);
                Files.move(staged, folder, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException | RuntimeException e) {
                DurableFiles.deleteAfter(e, staged);
                throw e;
            }
            DurableFiles.syncDirectory(run.checkpointsFolder());
            DurableFiles.deleteTree(asideOf(folder));
        });
    }

    /**
     * Reads and verifies the checkpoint of {@code step}.
     *
     * @throws DamagedCheckpointException when a file is missing or differs from what was written
     * @throws io.stepwise.repository.files.InvalidModelException when it belongs to another network
     */
    public Checkpoint read(int step) throws IOException {
        Path folder = run.checkpointFolder(step);
        return StorageException.guard(folder, () -> Checkpoint.read(folder, parameters));
    }

    /** The steps that have a checkpoint, newest first. */
    public List<Integer> newestFirst() throws IOException {
        return StorageException.guard(run.checkpointsFolder(), () -> {
            List<Integer> steps = new ArrayList<>(run.checkpoints());
            Collections.reverse(steps);
            return steps;
        });
    }

    public void setAside(int step) throws IOException {
        Path folder = run.checkpointFolder(step);
        StorageException.guard(folder, () -> {
            DurableFiles.deleteTree(asideOf(folder));
            Files.move(folder, asideOf(folder), StandardCopyOption.ATOMIC_MOVE);
            DurableFiles.syncDirectory(run.checkpointsFolder());
        });
    }

    /**
     * Deletes all but the newest checkpoints.
     *
     * @param newest number of checkpoints that stay; 0 for all
     * @param kept steps whose checkpoints also stay
     */
    public void prune(int newest, Set<Integer> kept) throws IOException {
        List<Integer> steps = newestFirst();
        if (newest == 0 || steps.size() <= newest) {
            return;
        }
        StorageException.guard(run.checkpointsFolder(), () -> {
            for (int step : steps.subList(newest, steps.size())) {
                if (!kept.contains(step)) {
                    Path dropped = run.checkpointsFolder().resolve(DROPPED + UUID.randomUUID());
                    Files.move(run.checkpointFolder(step), dropped, StandardCopyOption.ATOMIC_MOVE);
                    DurableFiles.syncDirectory(run.checkpointsFolder());
                    DurableFiles.deleteTree(dropped);
                }
            }
        });
    }

    /** Deletes partial folders of killed processes. */
    public void sweep() throws IOException {
        Path folder = run.checkpointsFolder();
        if (!Files.isDirectory(folder)) {
            return;
        }
        StorageException.guard(folder, () -> {
            try (Stream<Path> entries = Files.list(folder)) {
                for (Path entry : entries.toList()) {
                    String name = String.valueOf(entry.getFileName());
                    if (name.startsWith(STAGED) || name.startsWith(DROPPED)) {
                        DurableFiles.deleteTree(entry);
                    }
                }
            }
        });
    }

    private static boolean isWhole(Path folder) throws IOException {
        try {
            CheckpointFiles.verify(folder);
            return true;
        } catch (DamagedCheckpointException e) {
            return false;
        }
    }

    /** Creates only the last folder of the path: if the run's folder is gone, its volume is gone. */
    private Path stage() throws IOException {
        Path folder = run.checkpointsFolder();
        try {
            Files.createDirectory(folder);
            DurableFiles.syncDirectory(run.root());
        } catch (FileAlreadyExistsException e) {
            // created by an earlier checkpoint
        }
        return Files.createDirectory(folder.resolve(STAGED + UUID.randomUUID()));
    }

    private Path asideOf(Path folder) {
        return run.checkpointsFolder().resolve(DAMAGED + folder.getFileName());
    }
}
