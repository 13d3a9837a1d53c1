package io.stepwise.jobs;

import io.stepwise.repository.files.DurableFiles;
import io.stepwise.repository.files.FolderLock;
import io.stepwise.repository.files.OwnedFolder;
import io.stepwise.training.run.NewRun;
import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.run.RunState;
import io.stepwise.training.run.WrongStateException;
import io.stepwise.training.spec.ResumePoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;

/** Deletes training jobs that are over. Thread-safe; any service that shares the folder of runs may do it. */
public record EndedJobs(Path runs, InstantSource clock) {
    private static final String DELETED = ".deleted-";
    private static final Duration STALE = Duration.ofHours(1);

    /**
     * Deletes a job with its checkpoints, samples and measurements, in one rename. The versions that it has published
     * stay.
     *
     * @throws JobNotFoundException when there is no job with that id
     * @throws WrongStateException when it is not over, or another job that is not over starts from it
     */
    public void delete(String id) throws IOException {
        RunFolder run;
        try {
            run = RunFolder.open(runs, id);
        } catch (NoSuchFileException e) {
            throw new JobNotFoundException(id);
        }
        requireUnneeded(id);
        try (FolderLock alone = FolderLock.tryAcquire(run.root())
                .orElseThrow(() -> new WrongStateException("run " + id + " still has a process"))) {
            RunEvent last = run.eventLog().last().orElse(null);
            if (last != null && !last.status().state().isLast()) {
                throw new WrongStateException("delete", last.status());
            }
            try (OwnedFolder deleted = OwnedFolder.in(runs, DELETED)) {
                Files.move(run.root(), deleted.content().resolve(id), StandardCopyOption.ATOMIC_MOVE);
                DurableFiles.syncDirectory(runs);
            }
        }
    }

    private void requireUnneeded(String id) throws IOException {
        for (RunFolder other : RunFolder.list(runs)) {
            ResumePoint from = other.spec().resumeFrom();
            RunState state =
                    other.eventLog().last().map(last -> last.status().state()).orElse(RunState.PAUSED);
            if (from != null && from.run().equals(id) && !state.isLast()) {
                throw new WrongStateException(
                        "run " + id + " is needed by run " + other.id() + ", which starts from it");
            }
        }
    }

    /** Deletes what creations and deletions of jobs left that were interrupted by a crash. */
    public void sweep() throws IOException {
        NewRun.sweep(runs, clock.instant().minus(STALE));
        OwnedFolder.sweep(runs, DELETED, clock.instant().minus(STALE));
    }
}
