package io.stepwise.jobs;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.stepwise.training.run.MetricsRow;
import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Metrics of training jobs: how many are in each state, and the progress of those that have begun and are not over.
 *
 * <p>A thread of its own reads the folder of runs from time to time, wherever the processes run. A scrape returns the
 * last values, so a disk that does not answer blocks no scrape. All services that share the folder report the same.
 *
 * <p>INVARIANT: only a job that has begun and is not over has series of its own.
 */
public final class JobMetrics implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(JobMetrics.class);

    private final TrainingJobs jobs;
    private final Map<RunState, Integer> counts = new EnumMap<>(RunState.class);
    private final Map<MultiGauge, Function<Progress, Number>> gauges = new LinkedHashMap<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread daemon = new Thread(task, "job-metrics");
        daemon.setDaemon(true);
        return daemon;
    });

    /**
     * A job that has begun.
     *
     * @param changed when its files last changed
     */
    private record Progress(TrainingJob job, Instant changed) {
        Tags tags() {
            return Tags.of("run", job.id(), "model", job.spec().model());
        }

        double of(Function<MetricsRow, Double> column) {
            MetricsRow metrics = job.metrics();
            return metrics == null ? Double.NaN : column.apply(metrics);
        }

        double imagesPerSecond() {
            return job.status().state() == RunState.RUNNING ? of(MetricsRow::imagesPerSecond) : 0;
        }

        int count(RunEvent.Type type) {
            return (int)
                    job.events().stream().filter(event -> event.type() == type).count();
        }

        double secondsLeft() {
            return job.left().map(left -> left.toMillis() / 1e3).orElse(Double.NaN);
        }
    }

    /** Registers the metrics, which {@link #refresh} updates. */
    public JobMetrics(TrainingJobs jobs, MeterRegistry registry) {
        this.jobs = jobs;
        for (RunState state : RunState.values()) {
            Gauge.builder("stepwise.train.jobs", () -> count(state))
                    .description("Training jobs in the folder of runs, by state")
                    .tag("state", state.wireName())
                    .register(registry);
        }
        add(registry, "step", null, "Optimizer steps done", progress -> progress.job.step());
        add(registry, "step.target", null, "Optimizer steps in all", progress -> progress.job
                .spec()
                .steps());
        add(registry, "loss", null, "Mean loss over the last twenty steps", progress -> progress.of(MetricsRow::loss));
        add(registry, "images.per.second", null, "Images trained on per second lately", Progress::imagesPerSecond);
        add(registry, "remaining", "seconds", "Until it is done, at the pace of late", Progress::secondsLeft);
        add(registry, "checkpoints", null, "Checkpoints made so far", count(RunEvent.Type.CHECKPOINT));
        add(registry, "versions", null, "Versions of its model published so far", count(RunEvent.Type.PUBLISHED));
        add(registry, "crashes", null, "Processes of it that have died so far", count(RunEvent.Type.CRASHED));
        add(
                registry,
                "progress.timestamp",
                "seconds",
                "When something was last written down of it, since 1970",
                progress -> progress.changed.toEpochMilli() / 1e3);
    }

    private static Function<Progress, Number> count(RunEvent.Type type) {
        return progress -> progress.count(type);
    }

    private void add(
            MeterRegistry registry,
            String name,
            @Nullable String unit,
            String description,
            Function<Progress, Number> value) {
        MultiGauge gauge = MultiGauge.builder("stepwise.train." + name)
                .description(description + "; of jobs that have begun and are not over")
                .baseUnit(unit)
                .register(registry);
        gauges.put(gauge, value);
    }

    /** Refreshes now, and at every interval from now on. */
    public void start(Duration every) {
        thread.scheduleWithFixedDelay(this::quietly, 0, every.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void quietly() {
        try {
            refresh();
        } catch (IOException | RuntimeException e) {
            LOG.debug("the folder of runs can't be read now", e);
        }
    }

    /** Reads the folder of runs: only changed files, and the files of jobs that have begun. */
    void refresh() throws IOException {
        Map<RunState, Integer> found = new EnumMap<>(RunState.class);
        List<Progress> begun = new ArrayList<>();
        for (RunCatalog.Entry entry : jobs.entries()) {
            found.merge(entry.last().status().state(), 1, Integer::sum);
            if (entry.last().status().isPending() && entry.last().type() != RunEvent.Type.QUEUED) {
                begun.add(progress(entry));
            }
        }
        synchronized (counts) {
            counts.clear();
            counts.putAll(found);
        }
        gauges.forEach((gauge, value) -> gauge.register(
                begun.stream()
                        .map(progress -> MultiGauge.Row.of(progress.tags(), value.apply(progress)))
                        .toList(),
                true));
    }

    private static Progress progress(RunCatalog.Entry entry) throws IOException {
        TrainingJob job = TrainingJob.of(entry.run());
        Instant event = entry.last().time();
        Path metrics = entry.run().root().resolve("metrics.jsonl");
        Instant row = Files.exists(metrics) ? Files.getLastModifiedTime(metrics).toInstant() : event;
        return new Progress(job, row.isAfter(event) ? row : event);
    }

    private int count(RunState state) {
        synchronized (counts) {
            return counts.getOrDefault(state, 0);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
