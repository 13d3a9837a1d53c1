package io.stepwise.jobs;

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
 * The training jobs of a folder of runs. Everything asked of a job is an event in its folder, so that any service that
 * shares the folder may be asked; one of them supervises. A thread of its own does so, every second and when there is
 * something to do.
 *
 * <p>Safe for several threads. Closing stops the processes that can't go on without the service at a checkpoint; their
 * runs go on when a service looks after them again.
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
     * How jobs are looked after.
     *
     * @param devices jobs that run at once, each on a device of its own, 1 or more
     * @param crashes processes of a job that may die in a row without a checkpoint in between, 0 or more
     * @param every how often the folder is looked at, positive
     * @param grace how long processes have for a checkpoint when the service ends
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
     * Jobs that are looked after from {@link #start} on.
     *
     * @param launcher starts their processes; null where another service does that
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

    /** Begins to look after them. */
    public void start() {
        if (thread != null) {
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void supervise(Launcher launcher) {
        try (launcher;
                Ownership ownership = new Ownership(runs)) {
            JobSupervisor supervisor = new JobSupervisor(
                    catalog,
                    ownership,
                    launcher,
                    new JobSupervisor.Limits(settings.devices, settings.crashes),
                    clock,
                    this::wake);
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

    /** Says once what is wrong, for as long as the same is wrong. */
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

    /**
     * A new job, which waits for its turn.
     *
     * @param spec has been checked
     * @param warnings that came of that
     */
    public TrainingJob submit(TrainingSpec spec, List<String> warnings) throws IOException {
        RunFolder run = RunFolder.enqueue(runs, spec, clock.instant(), random);
        warn(run, warnings);
        wake();
        return TrainingJob.of(run);
    }

    private void warn(RunFolder run, List<String> warnings) throws IOException {
        for (String warning : warnings) {
            run.append(clock.instant(), RunEvent.Type.WARNING, 0, Map.of("message", warning));
        }
    }

    /**
     * A job that a request has asked for.
     *
     * @param isReplay whether an earlier one has made it
     */
    public record Submission(TrainingJob job, boolean isReplay) {}

    /** The job of a request, made unless it was before, however often the request comes and to how many services. */
    public Submission submitOnce(NewRun.Request request, TrainingSpec spec, List<String> warnings) throws IOException {
        NewRun.Requested made = NewRun.once(runs, request, spec, clock.instant(), random, run -> warn(run, warnings));
        wake();
        return new Submission(TrainingJob.of(made.run()), made.isReplay());
    }

    /** The job that the request has made before. */
    public Optional<TrainingJob> submitted(NewRun.Request request) throws IOException {
        Optional<RunFolder> run = NewRun.find(runs, request);
        return run.isEmpty() ? Optional.empty() : Optional.of(TrainingJob.of(run.get()));
    }

    /**
     * Some jobs, newest first.
     *
     * @param state only those in it; null for all
     * @param before only those older than the job of this id; null for all
     * @param most how many at most
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
     * A job.
     *
     * @throws JobNotFoundException when there is none of that id
     */
    public TrainingJob job(String id) throws IOException {
        return TrainingJob.of(run(id));
    }

    /**
     * A job's folder.
     *
     * @throws JobNotFoundException when there is none of that id
     */
    public RunFolder run(String id) {
        try {
            return RunFolder.open(runs, id);
        } catch (NoSuchFileException e) {
            throw new JobNotFoundException(id);
        }
    }

    /**
     * Stops a job at a checkpoint, or takes it out of the queue; it keeps its folder.
     *
     * @throws JobNotFoundException when there is none of that id
     * @throws WrongStateException when it is neither queued nor running
     */
    public TrainingJob pause(String id) throws IOException {
        return ask(id, RunEvent.Type.PAUSE_ASKED);
    }

    /**
     * Lets a job go on, at the end of the queue's older ones.
     *
     * @throws JobNotFoundException when there is none of that id
     * @throws WrongStateException when it is neither paused nor failed
     */
    public TrainingJob resume(String id) throws IOException {
        return ask(id, RunEvent.Type.RESUME_ASKED);
    }

    /**
     * Gives a job up for good, without another checkpoint; what it made so far stays.
     *
     * @throws JobNotFoundException when there is none of that id
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
     * The ids of the jobs that are not over and train on {@code dataset}.
     *
     * @throws UncheckedIOException when the folder of runs can't be read
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

    /** Stops the processes at a checkpoint, for at most the settings' grace, and looks after jobs no more. */
    @Override
    public void close() throws InterruptedException {
        closed = true;
        wake();
        if (thread != null) {
            thread.join();
        }
    }
}
