package io.stepwise.jobs;

import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.run.RunState;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that runs go where they are wanted. It knows nothing but what lies in the folder of runs: {@link #tick}
 * compares where each run stands with where it shall go, and does what is missing. So it can be started again at any
 * time, and what people ask for is only an event in the run's folder, whoever wrote it.
 *
 * <p>A device trains one run at a time, the one queued first. A process that dies is followed by another, which goes on
 * from the newest checkpoint, unless too many have died in a row without making one. A full or vanished disk pauses the
 * run.
 *
 * <p>Where nobody can say how a process is ({@link LauncherAwayException}), nothing is concluded from that.
 *
 * <p>INVARIANT: of all services that share the folder only the one that holds its {@link Ownership} does anything.
 *
 * <p>INVARIANT: what is not thread-safe here belongs to the thread that calls {@link #tick} and {@link #stopAll}.
 */
final class JobSupervisor {
    private static final Logger LOG = Logger.getLogger(JobSupervisor.class);
    private static final String NOBODY_KNOWS = "nobody knows how";
    private static final Duration SAY_AGAIN = Duration.ofMinutes(1);

    private final RunCatalog catalog;
    private final Ownership ownership;
    private final Launcher launcher;
    private final Limits limits;
    private final InstantSource clock;
    private final Runnable wake;
    private final Map<String, JobProcess> processes = new LinkedHashMap<>();
    private boolean tookOver;

    /**
     * How much is tried.
     *
     * @param devices runs that are trained at once, each on a device of its own, at least 1
     * @param crashes processes of a run that may die in a row without a checkpoint in between, before it fails
     */
    record Limits(int devices, int crashes) {}

    /** @param wake called, on any thread, when a process is gone and a tick would have something to do */
    JobSupervisor(
            RunCatalog catalog,
            Ownership ownership,
            Launcher launcher,
            Limits limits,
            InstantSource clock,
            Runnable wake) {
        this.catalog = catalog;
        this.ownership = ownership;
        this.launcher = launcher;
        this.limits = limits;
        this.clock = clock;
        this.wake = wake;
    }

    /** Does what is missing. A run that can't be looked after now, for whatever reason, is tried again next time. */
    void tick() throws IOException {
        if (!ownership.isOurs()) {
            tookOver = false;
            processes.clear();
            return;
        }
        List<RunCatalog.Entry> entries = catalog.entries();
        if (!tookOver) {
            takeOver(entries);
        }
        List<RunCatalog.Entry> pending = new ArrayList<>();
        for (RunCatalog.Entry entry : entries) {
            if (entry.last().status().isPending()
                    || processes.containsKey(entry.run().id())) {
                pending.add(entry);
            }
        }
        pending.sort(Comparator.comparing(entry -> entry.run().id()));
        for (RunCatalog.Entry entry : pending) {
            quietly(entry.run(), () -> settle(entry.run()));
        }
        for (RunCatalog.Entry entry : pending) {
            quietly(entry.run(), () -> launchIfQueued(entry.run()));
        }
    }

    /** Finds the processes of runs that are wanted elsewhere than they left for, whose supervisor ended before it told them. */
    private void takeOver(List<RunCatalog.Entry> entries) {
        tookOver = true;
        for (RunCatalog.Entry entry : entries) {
            RunEvent last = entry.last();
            if (last.status().wanted() != null && !last.status().isPending()) {
                quietly(entry.run(), () -> {
                    try {
                        process(entry.run(), last);
                    } catch (LauncherAwayException e) {
                        tookOver = false; // next time, then
                        throw e;
                    }
                });
            }
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void quietly(RunFolder run, Task task) {
        try {
            task.run();
        } catch (LauncherAwayException e) {
            LOG.debugf("run %s can't be looked after now: %s", run.id(), e.getMessage()); // the launcher has said so
        } catch (IOException | RuntimeException e) {
            LOG.warnf(e, "run %s can't be looked after now", run.id());
        }
    }

    /** Deals with the process of {@code run}, or with its absence. */
    private void settle(RunFolder run) throws IOException {
        RunEvent last = run.eventLog().last().orElseThrow();
        JobProcess process = process(run, last);
        if (process == null) {
            if (last.status().state() == RunState.RUNNING) {
                crashed(run, last, NOBODY_KNOWS);
            }
        } else if (process.isAlive()) {
            lead(process, last);
            Optional<String> why = process.waiting();
            if (why.isPresent()) {
                waits(run, why.get());
            }
        } else {
            ended(run, process);
            processes.remove(run.id());
        }
    }

    /** The process of {@code run}: ours, or one found that is to be ours; null when there is none. */
    private @Nullable JobProcess process(RunFolder run, RunEvent last) throws IOException {
        JobProcess process = processes.get(run.id());
        if (process == null) {
            process = launcher.find(run).orElse(null);
            if (process != null && last.status().wanted() != null) {
                adopt(run, process);
            }
        }
        return process;
    }

    private void adopt(RunFolder run, JobProcess process) {
        processes.put(run.id(), process);
        var unused = process.gone().whenComplete((how, failure) -> wake.run());
    }

    /** Tells a living process where it is wanted. */
    private static void lead(JobProcess process, RunEvent last) {
        RunState wanted = last.status().wanted();
        if (wanted == RunState.CANCELLED) {
            process.kill();
        } else if (wanted == RunState.PAUSED && !last.status().state().isLast()) {
            process.stop();
        }
    }

    /** Writes down what keeps a run from being started: what is new, and not every minute's wording of the same. */
    private void waits(RunFolder run, String why) throws IOException {
        RunEvent last = run.eventLog().last().orElseThrow();
        boolean said = last.type() == RunEvent.Type.WAITING
                && (why.equals(last.details().get("message"))
                        || clock.instant().isBefore(last.time().plus(SAY_AGAIN)));
        if (last.status().state() == RunState.QUEUED && !said) {
            append(run, RunEvent.Type.WAITING, why);
        }
    }

    /** Writes down how a process ended if it could not do so itself. */
    private void ended(RunFolder run, JobProcess process) throws IOException {
        RunEvent last = run.eventLog().last().orElseThrow();
        Optional<JobExit> exit = process.exit();
        if (!last.status().isPending() || exit.equals(Optional.of(JobExit.BUSY))) {
            return;
        }
        boolean beforeItBegan = last.status().state() == RunState.QUEUED;
        if (exit.equals(Optional.of(JobExit.STORAGE))) {
            append(run, RunEvent.Type.BLOCKED, "the run's files can't be written or read; its log says more");
        } else if (!beforeItBegan || exit.filter(how -> !how.isPeaceful()).isPresent()) {
            crashed(run, last, how(process));
        }
    }

    private static String how(JobProcess process) {
        return Stream.of(process.circumstances(), process.exit().map(JobExit::words))
                .flatMap(Optional::stream)
                .reduce((circumstances, exit) -> circumstances + "; " + exit)
                .orElse(NOBODY_KNOWS);
    }

    private void crashed(RunFolder run, RunEvent last, String how) throws IOException {
        if (last.status().wanted() == RunState.CANCELLED) {
            append(run, RunEvent.Type.CANCELLED, null);
        } else if (last.status().wanted() == RunState.RUNNING && last.status().crashes() >= limits.crashes) {
            append(
                    run,
                    RunEvent.Type.FAILED,
                    "its process has died " + (limits.crashes + 1)
                            + " times in a row without a new checkpoint; the last time: " + how);
        } else {
            append(run, RunEvent.Type.CRASHED, "the process has died: " + how);
        }
    }

    private void append(RunFolder run, RunEvent.Type type, @Nullable String message) throws IOException {
        LOG.infof("run %s: %s%s", run.id(), type, message == null ? "" : ": " + message);
        run.eventLog().append(clock.instant(), type, message == null ? Map.of() : Map.of("message", message));
    }

    private void launchIfQueued(RunFolder run) throws IOException {
        RunEvent last = run.eventLog().last().orElseThrow();
        Optional<Integer> device = freeDevice();
        if (last.status().state() != RunState.QUEUED || processes.containsKey(run.id()) || device.isEmpty()) {
            return;
        }
        try {
            adopt(run, launcher.launch(run, device.get()));
            LOG.infof("run %s: a process was started on device %d", run.id(), device.get());
        } catch (LauncherAwayException e) {
            waits(run, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            LOG.errorf(e, "run %s: no process can be started", run.id());
            append(run, RunEvent.Type.FAILED, "no process can be started: " + e.getMessage());
        }
    }

    private Optional<Integer> freeDevice() {
        Collection<Integer> taken =
                processes.values().stream().map(JobProcess::device).toList();
        return processes.size() >= limits.devices
                ? Optional.empty()
                : IntStream.range(0, limits.devices)
                        .boxed()
                        .filter(device -> !taken.contains(device))
                        .findFirst();
    }

    /** Asks every process that ends with the service to stop at a checkpoint; its run is queued then, for the next one. */
    Map<String, JobProcess> stopAll() {
        if (launcher.outlivesService()) {
            return Map.of();
        }
        processes.values().forEach(JobProcess::stop);
        return new TreeMap<>(processes);
    }
}
