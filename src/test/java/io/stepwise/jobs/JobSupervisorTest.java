package io.stepwise.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.run.RunState;
import io.stepwise.training.run.WrongStateException;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the supervisor does about runs, tick by tick, with processes that do as they are told. */
class JobSupervisorTest {
    private static final Instant NOW = Instant.parse("2026-11-22T18:33:01Z");

    @TempDir
    private Path runs;

    private final FakeLauncher launcher = new FakeLauncher();
    private final AtomicInteger woken = new AtomicInteger();
    private Ownership ownership;
    private JobSupervisor supervisor;
    private int made;

    @BeforeEach
    void start() {
        restart(1);
    }

    private void restart(int devices) {
        ownership = new Ownership(runs);
        supervisor = new JobSupervisor(
                new RunCatalog(runs),
                ownership,
                launcher,
                new TrainingJobs.Settings(devices, 2, Duration.ofSeconds(1), Duration.ZERO),
                InstantSource.fixed(NOW),
                woken::incrementAndGet);
    }

    @AfterEach
    void close() throws IOException {
        ownership.close();
    }

    /** Each is a second younger than the one before. */
    private RunFolder queued() throws IOException {
        made++;
        return RunFolder.enqueue(runs, TrainingSpec.defaults(), NOW.plusSeconds(made), new Random(made));
    }

    private static void ask(RunFolder run, RunEvent.Type type) throws IOException {
        run.eventLog().append(NOW, type, Map.of());
    }

    private static RunState state(RunFolder run) throws IOException {
        return run.eventLog().last().orElseThrow().status().state();
    }

    private static List<RunEvent.Type> types(RunFolder run) throws IOException {
        return run.events(0).stream().map(RunEvent::type).toList();
    }

    private FakeLauncher.Fake running(RunFolder run) throws IOException {
        supervisor.tick();
        FakeLauncher.Fake process = launcher.launched.get(launcher.launched.size() - 1);
        assertThat(process.run.id()).isEqualTo(run.id());
        process.says(RunEvent.Type.STARTED, 0);
        return process;
    }

    @Test
    void tick_twoQueued_startsTheOlderAndThenTheOther() throws Exception {
        RunFolder first = queued();
        RunFolder second = queued();
        FakeLauncher.Fake process = running(first);
        supervisor.tick();
        assertThat(launcher.launched).hasSize(1);
        assertThat(state(first)).isEqualTo(RunState.RUNNING);
        assertThat(state(second)).isEqualTo(RunState.QUEUED);

        process.says(RunEvent.Type.FINISHED, 9);
        process.ends(0);
        assertThat(woken).hasValue(1);
        supervisor.tick();

        assertThat(state(first)).isEqualTo(RunState.SUCCEEDED);
        assertThat(launcher.launched).hasSize(2);
        assertThat(launcher.launched.get(1).run.id()).isEqualTo(second.id());
    }

    @Test
    void tick_twoDevices_oneRunOnEach() throws Exception {
        ownership.close();
        restart(2);
        queued();
        queued();
        queued();
        supervisor.tick();
        assertThat(launcher.launched).extracting(FakeLauncher.Fake::device).containsExactly(0, 1);
        launcher.launched.get(0).says(RunEvent.Type.FINISHED, 1);
        launcher.launched.get(0).ends(0);
        supervisor.tick();
        assertThat(launcher.launched).extracting(FakeLauncher.Fake::device).containsExactly(0, 1, 0);
    }

    @Test
    void tick_processDies_anotherGoesOnUntilTooManyDied() throws Exception {
        RunFolder run = queued();
        FakeLauncher.Fake process = running(run);
        for (int i = 0; i < 2; i++) {
            process.ends(137);
            supervisor.tick();
            assertThat(launcher.launched).hasSize(i + 2);
            process = launcher.launched.get(i + 1);
            process.says(RunEvent.Type.RESUMED, 5);
        }
        process.ends(137);
        supervisor.tick();

        RunEvent last = run.eventLog().last().orElseThrow();
        assertThat(last.type()).isEqualTo(RunEvent.Type.FAILED);
        assertThat(String.valueOf(last.details().get("message"))).contains("3 times in a row", "SIGKILL");
        supervisor.tick();
        assertThat(launcher.launched).hasSize(3);
    }

    @Test
    void tick_processDiesButMadesCheckpoints_goesOnForever() throws Exception {
        RunFolder run = queued();
        FakeLauncher.Fake process = running(run);
        for (int i = 0; i < 10; i++) {
            process.says(RunEvent.Type.CHECKPOINT, i + 1);
            process.ends(1);
            supervisor.tick();
            process = launcher.launched.get(i + 1);
            process.says(RunEvent.Type.RESUMED, i + 1);
        }
        assertThat(state(run)).isEqualTo(RunState.RUNNING);
    }

    @Test
    void tick_processDiesBeforeItBegins_countsAsCrash() throws Exception {
        RunFolder run = queued();
        for (int i = 0; i < 3; i++) {
            supervisor.tick();
            launcher.launched.get(i).ends(1);
        }
        supervisor.tick();
        assertThat(state(run)).isEqualTo(RunState.FAILED);
        assertThat(launcher.launched).hasSize(3);
    }

    @Test
    void tick_pauseAsked_stopsTheProcessAndResumeStartsAnother() throws Exception {
        RunFolder run = queued();
        FakeLauncher.Fake process = running(run);
        ask(run, RunEvent.Type.PAUSE_ASKED);
        supervisor.tick();
        assertThat(process.stops).isPositive();
        assertThat(state(run)).isEqualTo(RunState.RUNNING);
        process.says(RunEvent.Type.CHECKPOINT, 7);
        process.says(RunEvent.Type.PAUSED, 7);
        ask(run, RunEvent.Type.RESUME_ASKED); // while the process is still on its way out
        supervisor.tick();
        assertThat(launcher.launched).hasSize(1);
        process.ends(143);
        supervisor.tick();

        assertThat(launcher.launched).hasSize(2);
        assertThat(types(run)).doesNotContain(RunEvent.Type.CRASHED);
    }

    @Test
    void tick_pausedWhileQueued_neverStarts() throws Exception {
        RunFolder run = queued();
        ask(run, RunEvent.Type.PAUSE_ASKED);
        supervisor.tick();
        assertThat(state(run)).isEqualTo(RunState.PAUSED);
        assertThat(launcher.launched).isEmpty();
    }

    @Test
    void tick_cancelAsked_killsTheProcess() throws Exception {
        RunFolder run = queued();
        FakeLauncher.Fake process = running(run);
        ask(run, RunEvent.Type.CANCEL_ASKED);
        supervisor.tick();
        assertThat(process.killed).isTrue();
        process.ends(137);
        supervisor.tick();
        assertThat(types(run))
                .containsExactly(
                        RunEvent.Type.QUEUED,
                        RunEvent.Type.STARTED,
                        RunEvent.Type.CANCEL_ASKED,
                        RunEvent.Type.CANCELLED);
        assertThat(launcher.launched).hasSize(1);
    }

    @Test
    void tick_cancelledWhileItsProcessStarts_killsIt() throws Exception {
        RunFolder run = queued();
        supervisor.tick();
        ask(run, RunEvent.Type.CANCEL_ASKED);
        supervisor.tick();
        assertThat(launcher.launched.get(0).killed).isTrue();
        launcher.launched.get(0).ends(137);
        supervisor.tick();
        assertThat(state(run)).isEqualTo(RunState.CANCELLED);
    }

    @Test
    void summary_ofAnEndedRun_saysHowItEndedAndWhatItPublished() throws Exception {
        RunFolder run = queued();
        FakeLauncher.Fake process = running(run);
        assertThat(JobSupervisor.summary(run)).endsWith("the run is RUNNING at step 0 and has published nothing");
        for (int version = 3; version < 5; version++) {
            run.append(NOW, RunEvent.Type.PUBLISHED, version, Map.of("model", "flowers", "version", version));
        }
        process.says(RunEvent.Type.FINISHED, 9);

        assertThat(JobSupervisor.summary(run))
                .isEqualTo("run " + run.id() + ": its process has ended; the run is SUCCEEDED at step 9"
                        + " and has published flowers 3, flowers 4");
    }

    @Test
    void tick_runDeletedBeforeTheEndOfItsProcessWasNoticed_freesTheDevice() throws Exception {
        RunFolder first = queued();
        RunFolder second = queued();
        FakeLauncher.Fake process = running(first);
        process.says(RunEvent.Type.FINISHED, 9);
        process.ends(0);
        new EndedJobs(runs, InstantSource.fixed(NOW)).delete(first.id());

        supervisor.tick();

        assertThat(launcher.launched).hasSize(2);
        assertThat(launcher.launched.get(1).run.id()).isEqualTo(second.id());
    }

    @Test
    void tick_storageTrouble_pausesTheRun() throws Exception {
        RunFolder run = queued();
        FakeLauncher.Fake process = running(run);
        process.ends(74);
        supervisor.tick();
        assertThat(types(run)).endsWith(RunEvent.Type.BLOCKED);
        assertThat(state(run)).isEqualTo(RunState.PAUSED);
        supervisor.tick();
        assertThat(launcher.launched).hasSize(1);
    }

    @Test
    void tick_noProcessCanBeStarted_failsTheRun() throws Exception {
        RunFolder run = queued();
        launcher.broken = true;
        supervisor.tick();
        assertThat(run.eventLog().last().orElseThrow().details())
                .containsEntry("message", "no process can be started: no such program");
        assertThat(state(run)).isEqualTo(RunState.FAILED);
    }

    @Test
    void tick_afterRestart_adoptsTheProcessThatGoesOn() throws Exception {
        RunFolder run = queued();
        running(run);
        ownership.close();
        restart(1);
        FakeLauncher.Fake stranger = new FakeLauncher.Fake(run, 0);
        launcher.strangers.put(run.id(), stranger);
        queued();
        supervisor.tick();
        assertThat(launcher.launched).hasSize(1);
        stranger.says(RunEvent.Type.FINISHED, 3);
        stranger.ends(-1);
        launcher.strangers.clear();
        supervisor.tick();
        assertThat(state(run)).isEqualTo(RunState.SUCCEEDED);
        assertThat(launcher.launched).hasSize(2);
    }

    @Test
    void tick_afterRestart_processGone_startsAnother() throws Exception {
        RunFolder run = queued();
        running(run);
        ownership.close();
        restart(1);
        supervisor.tick();
        assertThat(types(run)).endsWith(RunEvent.Type.CRASHED);
        assertThat(launcher.launched).hasSize(2);
    }

    @Test
    void tick_serviceStopsTheProcess_runIsQueuedForTheNext() throws Exception {
        RunFolder run = queued();
        FakeLauncher.Fake process = running(run);
        assertThat(supervisor.stopAll()).containsOnlyKeys(run.id());
        assertThat(process.stops).isPositive();
        process.says(RunEvent.Type.PAUSED, 4);
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
    }

    @Test
    void tick_anotherSupervises_doesNothing() throws Exception {
        queued();
        assertThat(ownership.isOurs()).isTrue();
        try (Ownership other = new Ownership(runs)) {
            new JobSupervisor(
                            new RunCatalog(runs),
                            other,
                            launcher,
                            new TrainingJobs.Settings(1, 2, Duration.ofSeconds(1), Duration.ZERO),
                            InstantSource.fixed(NOW),
                            () -> {})
                    .tick();
            assertThat(launcher.launched).isEmpty();
            ownership.close();
            assertThat(other.isOurs()).isTrue();
        }
    }

    @Test
    void tick_runAtATerminal_isLeftAlone() throws Exception {
        RunFolder run = RunFolder.create(runs, TrainingSpec.defaults(), NOW, new Random(1));
        run.append(NOW, RunEvent.Type.STARTED, 0, Map.of());
        launcher.strangers.put(run.id(), new FakeLauncher.Fake(run, 0));
        RunFolder job = queued();
        supervisor.tick();
        assertThat(launcher.launched).extracting(process -> process.run.id()).containsExactly(job.id());
        ask(run, RunEvent.Type.PAUSE_ASKED);
        supervisor.tick();
        assertThat(launcher.strangers.get(run.id()).stops).isPositive();
    }

    @Test
    void tick_runAtATerminalEndsMeanwhile_hasNotCrashed() throws Exception {
        RunFolder run = RunFolder.create(runs, TrainingSpec.defaults(), NOW, new Random(1));
        run.append(NOW, RunEvent.Type.STARTED, 0, Map.of());
        launcher.whenAsked = () -> run.append(NOW, RunEvent.Type.FINISHED, 9, Map.of());

        supervisor.tick();

        assertThat(types(run)).endsWith(RunEvent.Type.FINISHED);
        assertThat(state(run)).isEqualTo(RunState.SUCCEEDED);
    }

    @Test
    void ask_whatTheStateForbids_isRefusedAndNotWritten() throws Exception {
        RunFolder run = queued();
        assertThatThrownBy(() -> ask(run, RunEvent.Type.RESUME_ASKED))
                .isInstanceOf(WrongStateException.class)
                .hasMessage(
                        "state is \"queued\", must be \"paused\", \"failed\", or \"succeeded\" with more steps, to resume");
        ask(run, RunEvent.Type.CANCEL_ASKED);
        assertThatThrownBy(() -> ask(run, RunEvent.Type.CANCEL_ASKED)).isInstanceOf(WrongStateException.class);
        assertThatThrownBy(() -> ask(run, RunEvent.Type.PAUSE_ASKED)).isInstanceOf(WrongStateException.class);
        assertThat(run.events(0)).hasSize(2);
    }
}
