package io.stepwise.training.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.repository.files.DurableFiles;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.TrainingSpecJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder of a training run, readable with {@code ls} and {@code cat}:
 *
 * <pre>
 * runs/20261122-183301-ab3f/
 *   job.json                     the specification, canonical
 *   request.json                 the idempotency record of the request that created it, if any
 *   metrics.jsonl                one {@link MetricsRow} per line
 *   events.jsonl                 one {@link RunEvent} per line
 *   samples/step-00001000.png    sample grids
 *   tensorboard/                 the same metrics and sample grids for TensorBoard
 *   checkpoints/step-1000/       everything needed to resume
 *   log                          the output of the training process
 * </pre>
 *
 * Only the training process writes metrics; any process may append events or read. The object holds only the path: it
 * needs no closing, and threads may share it.
 */
public record RunFolder(Path root) {
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final Pattern SAMPLE = Pattern.compile("step-(\\d{8,9})\\.png");
    private static final Pattern CHECKPOINT = Pattern.compile("step-(\\d{1,9})");

    /**
     * Creates the folder of a new run with its {@code job.json}, in one rename.
     *
     * @param runs folder of all runs; created if missing
     * @param now becomes part of the id
     * @param random tells runs of the same second apart
     */
    public static RunFolder create(Path runs, TrainingSpec spec, Instant now, RandomGenerator random)
            throws IOException {
        return NewRun.make(runs, spec, now, random, null, null);
    }

    /** As {@link #create(Path, TrainingSpec, Instant, RandomGenerator)}; the run waits for a supervisor to start it. */
    public static RunFolder enqueue(Path runs, TrainingSpec spec, Instant now, RandomGenerator random)
            throws IOException {
        return NewRun.make(runs, spec, now, random, RunEvent.Type.QUEUED, null);
    }

    /**
     * The folder of an existing run.
     *
     * @throws NoSuchFileException if there is no run with this id, or the id is not valid
     */
    public static RunFolder open(Path runs, String id) throws NoSuchFileException {
        if (!ID.matcher(id).matches() || !Files.isRegularFile(runs.resolve(id).resolve("job.json"))) {
            throw new NoSuchFileException(runs.resolve("<run>").toString(), null, "there is no run '" + id + "'");
        }
        return new RunFolder(runs.resolve(id));
    }

    /** All runs, newest first; none if {@code runs} does not exist. */
    public static List<RunFolder> list(Path runs) throws IOException {
        if (!Files.isDirectory(runs)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(runs)) {
            return entries.filter(entry -> Files.isRegularFile(entry.resolve("job.json")))
                    .map(RunFolder::new)
                    .filter(run -> ID.matcher(run.id()).matches())
                    .sorted(Comparator.comparing(RunFolder::id).reversed())
                    .toList();
        }
    }

    public String id() {
        return String.valueOf(root.getFileName());
    }

    /** The file for the output of the training process. */
    public Path logFile() {
        return root.resolve("log");
    }

    /**
     * The specification.
     *
     * @throws IOException also when {@code job.json} is not a valid specification
     */
    public TrainingSpec spec() throws IOException {
        Path file = root.resolve("job.json");
        try {
            return TrainingSpecJson.readStored(Files.readString(file));
        } catch (JsonProcessingException e) {
            throw new IOException(file + ": " + e.getOriginalMessage(), e);
        } catch (InvalidMessageException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    /** Replaces {@code job.json}, atomically: a run may be resumed with more steps. */
    public void writeSpec(TrainingSpec spec) throws IOException {
        DurableFiles.replace(
                root.resolve("job.json"), TrainingSpecJson.write(spec).getBytes(StandardCharsets.UTF_8));
    }

    /** Appends a row; it survives a crash of this process. */
    public void append(MetricsRow row) throws IOException {
        metricsLines().append(last -> row.toJson(), false);
    }

    /** Makes the rows so far survive a crash of the machine. */
    void syncMetrics() throws IOException {
        Path file = root.resolve("metrics.jsonl");
        if (Files.exists(file)) {
            DurableFiles.syncTree(file);
        }
    }

    /** The rows of steps greater than {@code afterStep}, in order; 0 for all. */
    public List<MetricsRow> metrics(int afterStep) throws IOException {
        return metricsLines().read().stream()
                .map(MetricsRow::fromJson)
                .filter(row -> row.step() > afterStep)
                .toList();
    }

    public EventLog eventLog() {
        return new EventLog(root.resolve("events.jsonl"));
    }

    /** As {@link EventLog#append(Instant, RunEvent.Type, int, Map)}. */
    public RunEvent append(Instant time, RunEvent.Type type, int step, Map<String, ? extends @Nullable Object> details)
            throws IOException {
        return eventLog().append(time, type, step, details);
    }

    /** As {@link EventLog#after}. */
    public List<RunEvent> events(long afterId) throws IOException {
        return eventLog().after(afterId);
    }

    /** When its first process began; empty if none has. */
    public Optional<Instant> began() throws IOException {
        return events(0).stream()
                .filter(event -> event.type() == RunEvent.Type.STARTED || event.type() == RunEvent.Type.RESUMED)
                .findFirst()
                .map(RunEvent::time);
    }

    public Optional<MetricsRow> lastMetrics() throws IOException {
        ObjectNode last = metricsLines().last();
        return last.isEmpty() ? Optional.empty() : Optional.of(MetricsRow.fromJson(last));
    }

    /** The file of the sample grid of {@code step}; its folder is created if missing. */
    public Path sampleFile(int step) throws IOException {
        Path folder = samplesFolder();
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(folder); // not its parents: if the run's folder is gone, its volume is gone
        }
        return folder.resolve(String.format(Locale.ROOT, "step-%08d.png", step));
    }

    /** Writes a sample grid, atomically. */
    public Path writeSample(int step, byte[] png) throws IOException {
        Path file = sampleFile(step);
        DurableFiles.replace(file, png);
        return file;
    }

    /** The steps that have a sample grid, in order. */
    public List<Integer> samples() throws IOException {
        return steps(samplesFolder(), SAMPLE);
    }

    /**
     * The folder of the checkpoint of {@code step}, which may not exist yet. Write the checkpoint under a name that
     * starts with a dot, beside it, and rename it: a folder of this name counts as complete.
     */
    public Path checkpointFolder(int step) {
        return checkpointsFolder().resolve("step-" + step);
    }

    /** The folder of checkpoints; may not exist yet. */
    public Path checkpointsFolder() {
        return root.resolve("checkpoints");
    }

    /** The steps that have a checkpoint, in order. */
    public List<Integer> checkpoints() throws IOException {
        return steps(checkpointsFolder(), CHECKPOINT);
    }

    public OptionalInt newestCheckpoint() throws IOException {
        return checkpoints().stream().mapToInt(Integer::intValue).max();
    }

    /**
     * Removes the metrics and sample grids of steps greater than {@code step}, so that a resumed run leaves the same
     * files as an uninterrupted one. Events and checkpoints stay.
     */
    public void rewindTo(int step) throws IOException {
        metricsLines().retain(line -> line.path("step").intValue() <= step);
        for (int later : samples()) {
            if (later > step) {
                Files.deleteIfExists(sampleFile(later));
            }
        }
    }

    /** The folder of the event file for TensorBoard; may not exist yet. */
    public Path tensorBoardFolder() {
        return root.resolve("tensorboard");
    }

    /** Deletes partial files of killed training processes; called by the process that trains. */
    public void sweep() throws IOException {
        DurableFiles.sweep(root, "metrics.jsonl"::equals);
        DurableFiles.sweep(samplesFolder(), name -> true);
    }

    private Path samplesFolder() {
        return root.resolve("samples");
    }

    private JsonLines metricsLines() {
        return new JsonLines(root.resolve("metrics.jsonl"));
    }

    private static List<Integer> steps(Path folder, Pattern name) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> name.matcher(String.valueOf(entry.getFileName())))
                    .filter(Matcher::matches)
                    .map(matcher -> Integer.valueOf(matcher.group(1)))
                    .sorted()
                    .toList();
        }
    }
}
