package io.stepwise.training.run;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the events, metrics and sample grids of a run into its folder. Every method throws a {@link StorageException}
 * when it cannot write.
 */
public final class RunRecorder {
    private final RunFolder run;
    private final InstantSource clock;
    private final Consumer<String> console;
    private final TensorBoardLog tensorBoard;

    /** @param console receives lines for the person at the terminal */
    public RunRecorder(RunFolder run, InstantSource clock, Consumer<String> console) {
        this.run = run;
        this.clock = clock;
        this.console = console;
        tensorBoard = new TensorBoardLog(run);
    }

    /** Receives lines for the person at the terminal. */
    public Consumer<String> console() {
        return console;
    }

    public void event(RunEvent.Type type, int step, Map<String, ? extends @Nullable Object> details)
            throws IOException {
        StorageException.guard(
                run.root().resolve("events.jsonl"), () -> run.append(clock.instant(), type, step, details));
    }

    public void warning(int step, String message) throws IOException {
        console.accept("warning: " + message);
        event(RunEvent.Type.WARNING, step, Map.of("message", message));
    }

    public List<RunEvent> events() throws IOException {
        return StorageException.guard(run.root().resolve("events.jsonl"), () -> run.events(0));
    }

    public void metrics(MetricsRow row) throws IOException {
        StorageException.guard(run.root().resolve("metrics.jsonl"), () -> run.append(row));
        StorageException.guard(run.tensorBoardFolder(), () -> tensorBoard.metrics(row));
    }

    public List<MetricsRow> metrics() throws IOException {
        return StorageException.guard(run.root().resolve("metrics.jsonl"), () -> run.metrics(0));
    }

    /** Makes the rows so far survive a crash of the machine. */
    public void syncMetrics() throws IOException {
        StorageException.guard(run.root().resolve("metrics.jsonl"), run::syncMetrics);
    }

    /** Writes the sample grid of {@code step}. */
    public void sample(int step, byte[] png) throws IOException {
        Path samples = run.root().resolve("samples");
        StorageException.guard(samples, () -> run.writeSample(step, png));
        StorageException.guard(run.tensorBoardFolder(), () -> tensorBoard.sample(step, png));
        event(RunEvent.Type.SAMPLE, step, Map.of());
    }

    /**
     * Deletes partial files of killed processes, and what they wrote after {@code step}. Must be called before metrics and
     * samples are written.
     */
    public void rewindTo(int step) throws IOException {
        StorageException.guard(run.root(), () -> {
            run.sweep();
            run.rewindTo(step);
        });
        StorageException.guard(run.tensorBoardFolder(), () -> tensorBoard.begin(clock.instant()));
    }
}
