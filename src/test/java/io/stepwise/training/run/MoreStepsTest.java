package io.stepwise.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.training.TinyRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MoreStepsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T18:33:01Z");

    @TempDir
    private Path runs;

    /** A run of twenty steps that has stopped with a checkpoint at {@code step}. */
    private RunFolder run(RunEvent.Type end, int step, Map<String, ?> changes) throws IOException {
        RunFolder run = TinyRuns.create(runs, changes);
        Files.createDirectories(run.checkpointFolder(step));
        run.append(NOW, RunEvent.Type.QUEUED, 0, Map.of());
        run.append(NOW, RunEvent.Type.STARTED, 0, Map.of());
        run.append(NOW, end, step, Map.of());
        return run;
    }

    @Test
    void ask_finishedRun_queuesItOnce() throws IOException {
        RunFolder run = run(RunEvent.Type.FINISHED, 20, Map.of());
        assertThatThrownBy(() -> MoreSteps.ask(run, 19, NOW))
                .hasMessage("steps is 19, must be more than 20, the steps done");
        MoreSteps.ask(run, 40, NOW);
        MoreSteps.ask(run, 40, NOW);
        assertThat(run.spec().steps()).isEqualTo(40);
        assertThat(run.events(0))
                .extracting(RunEvent::type)
                .containsExactly(
                        RunEvent.Type.QUEUED,
                        RunEvent.Type.STARTED,
                        RunEvent.Type.FINISHED,
                        RunEvent.Type.RESUME_ASKED,
                        RunEvent.Type.WARNING);
        assertThatThrownBy(() -> MoreSteps.ask(run, 50, NOW)).isInstanceOf(WrongStateException.class);
        assertThat(run.spec().steps()).isEqualTo(40);
    }

    @Test
    void ask_cancelledRun_isRefusedAndKeepsItsSteps() throws IOException {
        RunFolder run = run(RunEvent.Type.CANCELLED, 10, Map.of());
        assertThatThrownBy(() -> MoreSteps.ask(run, 40, NOW))
                .isInstanceOf(WrongStateException.class)
                .hasMessageContaining("to resume");
        assertThat(run.spec().steps()).isEqualTo(20);
    }

    @Test
    void set_runThatEndedEarly_goesOnWithoutTheRule() throws IOException {
        RunFolder run = run(
                RunEvent.Type.FINISHED,
                10,
                Map.of("early_stop", Map.of("metric", "sliced_wasserstein", "patience", 2)));
        assertThat(run.spec().earlyStop()).isNotNull();
        MoreSteps.set(run, 15);
        assertThat(run.spec().earlyStop()).isNull();
        assertThat(run.spec().steps()).isEqualTo(15);
    }
}
