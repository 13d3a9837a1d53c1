package io.stepwise.jobs;

import io.stepwise.training.run.MoreSteps;
import io.stepwise.training.run.NewRun;
import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.run.RunState;
import io.stepwise.training.run.WrongStateException;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The training jobs of a folder of runs. Every request concerning a job is an event in its folder, so any service that
 * shares the folder may take it; one of them supervises. A thread of its own does so every second, and whenever there
 * is something to do.
 *
 * <p>Thread-safe. Closing stops at a checkpoint the processes that cannot continue without the service; their runs
 * continue when a service supervises them again.
 */
public final class TrainingJobs implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(TrainingJobs.class);

    private final Path runs;
    private final Settings settings;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final RunCatalog catalog;
    private final BlockingQueue<Boolean> calls = new ArrayBlockingQueue<>(1);
    private final @Nullable Thread thread;
    private volatile boolean closed;

    /**
     * Settings of the supervision.
     *
     * @param devices jobs that run at once, each on its own device, 1 or more
     * @param crashes processes of a job that may die in a row without a new checkpoint, 0 or more
     * @param every interval between looks at the folder, positive
     * @param grace time for a checkpoint when the service ends
     */
    public record Settings(int devices, int crashes, Duration every, Duration grace) {
        public Settings {
            if (devices < 1 || crashes < 0 || every.isZero() || every.isNegative() || grace.isNegative()) {
                throw new IllegalArgumentException("devices " + devices + " must be 1 or more, crashes " + crashes
                        + " 0 or more, every " + every + " positive, grace " + grace + " not negative");
            }
        }
    }

    /**
     * The jobs of a folder, supervised from {@link #start} on.
     *
     * @param launcher starts their processes; null if another service does
     */
    public TrainingJobs(
            Path runs, @Nullable Launcher launcher, Settings settings, InstantSource clock, RandomGenerator random) {
        this.runs = runs;
        this.settings = settings;
        this.clock = clock;
        this.random = random;
        catalog = new RunCatalog(runs);
        thread = launcher == null ? null : new Thread(() -> supervise(launcher), "training-jobs");
    }

    public void start() {
        if (thread != null) {
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void supervise(Launcher launcher) {
        try (launcher;
                Ownership ownership = new Ownership(runs)) {
            JobSupervisor supervisor = new JobSupervisor(catalog, ownership, launcher, settings, clock, this::wake);
            String trouble = "";
            while (!closed) {
                trouble = tick(supervisor, trouble);
                calls.poll(settings.every.toMillis(), TimeUnit.MILLISECONDS);
            }
            stop(supervisor);
        } catch (IOException e) {
            LOG.error("the folder of runs can't be let go of", e);
        } catch (InterruptedException e) {
            LOG.debug("interrupted: jobs are not looked after any more");
        }
    }

    /** Logs a problem once for as long as it stays the same. */
    private static String tick(JobSupervisor supervisor, String before) {
        try {
            supervisor.tick();
            return "";
        } catch (IOException | RuntimeException e) {
            String trouble = e.toString();
            if (!trouble.equals(before)) {
                LOG.error("training jobs can't be looked after now", e);
            }
            return trouble;
        }
    }

    private void stop(JobSupervisor supervisor) throws InterruptedException {
        long deadline = System.nanoTime() + settings.grace.toNanos();
        for (Map.Entry<String, JobProcess> each : supervisor.stopAll().entrySet()) {
            JobProcess process = each.getValue();
            while (process.isAlive() && System.nanoTime() < deadline) {
                Thread.sleep(50);
            }
            if (process.isAlive()) {
                LOG.warnf("run %s made no checkpoint in time and is ended", each.getKey());
                process.kill();
            }
        }
    }

    private void wake() {
        boolean first = calls.offer(true);
        LOG.tracef("a tick is due: %s", first);
    }

    private void warn(RunFolder run, List<String> warnings) throws IOException {
        for (String warning : warnings) {
            run.append(clock.instant(), RunEvent.Type.WARNING, 0, Map.of("message", warning));
        }
    }

    /**
     * The job of a request.
     *
     * @param isReplay whether an earlier request with the same key created it
     */
    public record Submission(TrainingJob job, boolean isReplay) {}

    /**
     * Creates a job, which waits for its turn; once for a key, however often and to whichever service the request comes.
     *
     * @param request null for one without a key
     * @param spec has been checked
     * @param warnings of that check
     */
    public Submission submit(NewRun.@Nullable Request request, TrainingSpec spec, List<String> warnings)
            throws IOException {
        NewRun.Requested made = NewRun.once(runs, request, spec, clock.instant(), random, run -> warn(run, warnings));
        wake();
        return new Submission(TrainingJob.of(made.run()), made.isReplay());
    }

    /** The job that an earlier request with the same key created. */
    public Optional<TrainingJob> submitted(NewRun.Request request) throws IOException {
        RunFolder run = NewRun.find(runs, request).orElse(null);
        return run == null ? Optional.empty() : Optional.of(TrainingJob.of(run));
    }

    /**
     * A page of jobs, newest first.
     *
     * @param state only jobs in this state; null for all
     * @param before only jobs older than the one with this id; null for all
     * @param most maximum number of jobs
     */
    public List<TrainingJob> list(@Nullable RunState state, @Nullable String before, int most) throws IOException {
        List<TrainingJob> jobs = new ArrayList<>();
        for (RunCatalog.Entry entry : catalog.entries()) {
            boolean asked = (state == null || entry.last().status().state() == state)
                    && (before == null || entry.run().id().compareTo(before) < 0);
            if (asked && jobs.size() < most) {
                jobs.add(TrainingJob.of(entry.run()));
            }
        }
        return jobs;
    }

    /** All jobs with their newest events, newest first. */
    List<RunCatalog.Entry> entries() throws IOException {
        return catalog.entries();
    }

    /**
     * @throws JobNotFoundException when there is none
     */
    public TrainingJob job(String id) throws IOException {
        return TrainingJob.of(run(id));
    }

    /**
     * @throws JobNotFoundException when there is no job with that id
     */
    public RunFolder run(String id) {
        try {
            return RunFolder.open(runs, id);
        } catch (NoSuchFileException e) {
            throw new JobNotFoundException(id);
        }
    }

    /**
     * Pauses a job: stops it at a checkpoint, or takes it out of the queue.
     *
     * @throws JobNotFoundException when there is no job with that id
     * @throws WrongStateException when it is neither queued nor running
     */
    public TrainingJob pause(String id) throws IOException {
        return ask(id, RunEvent.Type.PAUSE_ASKED);
    }

    /**
     * Resumes a job; it takes its place in the queue by its age.
     *
     * @param steps new number of all its steps, which lets a job go on that has succeeded; null for the number it has
     * @throws JobNotFoundException when there is no job with that id
     * @throws WrongStateException when the state forbids it; or an InvalidMessageException when the steps are done
     */
    public TrainingJob resume(String id, @Nullable Integer steps) throws IOException {
        if (steps == null) {
            return ask(id, RunEvent.Type.RESUME_ASKED);
        }
        MoreSteps.ask(run(id), steps, clock.instant());
        wake();
        return job(id);
    }

    /**
     * Cancels a job for good, without another checkpoint; its results so far stay.
     *
     * @throws JobNotFoundException when there is no job with that id
     * @throws WrongStateException when it is over
     */
    public TrainingJob cancel(String id) throws IOException {
        return ask(id, RunEvent.Type.CANCEL_ASKED);
    }

    private TrainingJob ask(String id, RunEvent.Type type) throws IOException {
        RunFolder run = run(id);
        run.eventLog().append(clock.instant(), type, Map.of());
        wake();
        return TrainingJob.of(run);
    }

    /**
     * The ids of the unfinished jobs that train on {@code dataset}.
     *
     * @throws UncheckedIOException when the folder of runs cannot be read
     */
    public List<String> usersOf(String dataset) {
        List<String> users = new ArrayList<>();
        try {
            for (RunCatalog.Entry entry : catalog.entries()) {
                boolean over = entry.last().status().state().isLast();
                if (!over && entry.run().spec().dataset().equals(dataset)) {
                    users.add(entry.run().id());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return users;
    }

    /** Stops the processes at a checkpoint, within the grace of the settings, and ends the supervision. */
    @Override
    public void close() throws InterruptedException {
        closed = true;
        wake();
        if (thread != null) {
            thread.join();
        }
    }
}
