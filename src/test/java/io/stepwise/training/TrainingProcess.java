package io.stepwise.training;

import io.stepwise.data.store.Datasets;
import io.stepwise.repository.ModelRepository;
import io.stepwise.training.run.RunFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process that trains one run, as the service starts them, and tells of every step: for tests that kill it or take the
 * disk from under it. Closing kills it.
 */
final class TrainingProcess implements AutoCloseable {
    private static final String STEP = "step ";
    private static final String OUTCOME = "outcome ";

    private final Process process;
    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
    private final Thread reader;

    private TrainingProcess(Process process) {
        this.process = process;
        reader = new Thread(this::readLines, "output of " + process.pid());
        reader.start();
    }

    /**
     * The child's: trains, says "step N" after every step and at last "outcome KIND: message".
     *
     * @param args folder of the runs, id of the run, folder of the models, checkpoints and versions to keep
     */
    public static void main(String[] args) throws Exception {
        Path runs = Path.of(args[0]);
        RunFolder run = RunFolder.open(runs, args[1]);
        Retention retention = new Retention(Integer.parseInt(args[3]), Integer.parseInt(args[4]));
        int[] step = {run.newestCheckpoint().orElse(0)};
        TrainingOutcome outcome = new TrainingRun(
                        runs,
                        run,
                        new Datasets(runs, 1 << 20),
                        new ModelRepository(Path.of(args[2])),
                        retention,
                        Clock.systemUTC())
                .train(() -> {
                    System.out.println(STEP + ++step[0]);
                    return false;
                });
        System.out.println(OUTCOME + outcome.kind() + ": " + outcome.message());
        System.exit(outcome.failure() == null ? 0 : 1);
    }

    /** The command that starts it. */
    static List<String> command(Path runs, String run, Path models, Retention retention) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-Dai.djl.offline=true",
                TrainingProcess.class.getName(),
                runs.toString(),
                run,
                models.toString(),
                String.valueOf(retention.checkpoints()),
                String.valueOf(retention.versions()));
    }

    static TrainingProcess start(Path runs, String run, Path models, Retention retention) throws IOException {
        return start(command(runs, run, models, retention));
    }

    /** @param command made of {@link #command} */
    static TrainingProcess start(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .put(
                        "CLASSPATH",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        builder.environment().put("OMP_NUM_THREADS", "1");
        return new TrainingProcess(builder.start());
    }

    private void readLines() {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add("reading failed: " + e);
        }
    }

    /** The step it told of last; 0 before the first. */
    int step() {
        return told(STEP).stream()
                .filter(step -> step.matches("[0-9]+")) // progress lines begin alike
                .mapToInt(Integer::parseInt)
                .max()
                .orElse(0);
    }

    /** Kind and message of its outcome; empty when it was killed. */
    String outcome() {
        return String.join("", told(OUTCOME));
    }

    /** Everything it printed. */
    String output() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** {@code kill -9}; returns once it is dead and all it said is known. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        await();
    }

    /** Waits for its end, two minutes at most. */
    void await() throws InterruptedException {
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            throw new AssertionError("process did not end: " + output());
        }
        reader.join(10_000);
    }

    private List<String> told(String prefix) {
        synchronized (lines) {
            return Arrays.stream(lines.toArray(String[]::new))
                    .filter(line -> line.startsWith(prefix))
                    .map(line -> line.substring(prefix.length()))
                    .toList();
        }
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
