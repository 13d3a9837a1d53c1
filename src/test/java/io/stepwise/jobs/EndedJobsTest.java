package io.stepwise.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.repository.files.FolderLock;
import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.run.WrongStateException;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.TrainingSpecJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndedJobsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T18:33:01Z");

    @TempDir
    private Path runs;

    private EndedJobs jobs;

    @BeforeEach
    void open() {
        jobs = new EndedJobs(runs, InstantSource.fixed(NOW));
    }

    private RunFolder run(TrainingSpec spec, RunEvent.Type... events) throws IOException {
        RunFolder run = RunFolder.enqueue(runs, spec, NOW, new Random(spec.hashCode()));
        for (RunEvent.Type event : events) {
            run.eventLog().append(NOW, event, Map.of());
        }
        return run;
    }

    private Stream<Path> entries() throws IOException {
        try (Stream<Path> entries = Files.list(runs)) {
            return entries.toList().stream();
        }
    }

    @Test
    void delete_jobThatIsOver_leavesNothingOfIt() throws IOException {
        RunFolder run = run(TrainingSpec.defaults(), RunEvent.Type.STARTED, RunEvent.Type.FINISHED);
        Files.createDirectories(run.root().resolve("checkpoints/step-10"));

        jobs.delete(run.id());

        assertThat(entries()).isEmpty();
        assertThatThrownBy(() -> jobs.delete(run.id())).isInstanceOf(JobNotFoundException.class);
    }

    @Test
    void delete_jobThatIsNotOver_isRefusedNamingItsState() throws IOException {
        RunFolder queued = run(TrainingSpec.defaults());

        assertThatThrownBy(() -> jobs.delete(queued.id()))
                .isInstanceOf(WrongStateException.class)
                .hasMessageContaining("queued")
                .hasMessageContaining("must be \"succeeded\", \"failed\" or \"cancelled\" to delete");
        assertThat(queued.root().resolve("job.json")).exists();
    }

    @Test
    void delete_jobWithAProcess_isRefused() throws IOException {
        RunFolder run = run(TrainingSpec.defaults(), RunEvent.Type.CANCEL_ASKED);
        try (FolderLock process = FolderLock.acquire(run.root())) {
            assertThatThrownBy(() -> jobs.delete(run.id())).isInstanceOf(WrongStateException.class);
        }
        assertThat(run.root()).exists();
    }

    @Test
    void delete_jobThatAnotherStartsFrom_isRefusedUntilThatIsOver() throws IOException {
        RunFolder first = run(TrainingSpec.defaults(), RunEvent.Type.STARTED, RunEvent.Type.FINISHED);
        RunFolder second = run(TrainingSpecJson.read("{\"resume_from\": \"" + first.id() + "\"}"));

        assertThatThrownBy(() -> jobs.delete(first.id()))
                .isInstanceOf(WrongStateException.class)
                .hasMessage("run " + first.id() + " is needed by run " + second.id() + ", which starts from it");
        second.eventLog().append(NOW, RunEvent.Type.CANCEL_ASKED, Map.of());
        second.eventLog().append(NOW, RunEvent.Type.CANCELLED, Map.of());
        jobs.delete(first.id());
        assertThat(first.root()).doesNotExist();
    }

    @Test
    void delete_impossibleId_isUnknown() {
        assertThatThrownBy(() -> jobs.delete("../runs")).isInstanceOf(JobNotFoundException.class);
    }

    @Test
    void sweep_removesWhatCrashesLeft() throws IOException {
        for (String left : new String[] {".creating-1", ".deleted-1"}) {
            Files.createDirectories(runs.resolve(left).resolve("content"));
            Files.writeString(runs.resolve(left).resolve(".lock"), "");
        }
        RunFolder kept = run(TrainingSpec.defaults());

        jobs.sweep();

        assertThat(entries()).containsExactly(kept.root());
    }
}
