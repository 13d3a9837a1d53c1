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
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Brings every run to its wanted state. The folder of runs is its only memory: {@link #tick} compares the state of each
 * run with its wanted state and does what is missing. So a supervisor can start again at any time, and a request of a
 * user is only an event in the run's folder, whichever service wrote it.
 *
 * <p>A device trains one run at a time, the one that was queued first. A process that dies is replaced by another,
 * which resumes from the newest checkpoint, unless too many have died in a row without a new checkpoint. A full or
 * vanished disk pauses the run.
 *
 * <p>If the state of a process is unknown ({@link LauncherAwayException}), nothing is concluded.
 *
 * <p>INVARIANT: of all services that share the folder, only the one that holds its {@link Ownership} acts.
 *
 * <p>INVARIANT: all fields that are not thread-safe belong to the thread that calls {@link #tick} and {@link #stopAll}.
 */
final class JobSupervisor {
    private static final Logger LOG = Logger.getLogger(JobSupervisor.class);
    private static final String NOBODY_KNOWS = "nobody knows how";
    private static final Duration SAY_AGAIN = Duration.ofMinutes(1);

    private final RunCatalog catalog;
    private final Ownership ownership;
    private final Launcher launcher;
    private final TrainingJobs.Settings settings;
    private final InstantSource clock;
    private final Runnable wake;
    private final Map<String, JobProcess> processes = new LinkedHashMap<>();
    private boolean tookOver;

    /** @param wake called on any thread when a process has ended and a tick has something to do */
    JobSupervisor(
            RunCatalog catalog,
            Ownership ownership,
            Launcher launcher,
            TrainingJobs.Settings settings,
            InstantSource clock,
            Runnable wake) {
        this.catalog = catalog;
        this.ownership = ownership;
        this.launcher = launcher;
        this.settings = settings;
        this.clock = clock;
        this.wake = wake;
    }

    /** Does what is missing. A run that cannot be handled now is tried again at the next tick. */
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
        forgetDeleted(entries);
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

    /** A run that is over may be deleted before the end of its process is noticed. */
    private void forgetDeleted(List<RunCatalog.Entry> entries) {
        Set<String> there = entries.stream().map(entry -> entry.run().id()).collect(Collectors.toSet());
        processes
                .entrySet()
                .removeIf(each ->
                        !there.contains(each.getKey()) && !each.getValue().isAlive());
    }

    /** Finds processes whose supervisor ended before it could pass on a changed wanted state. */
    private void takeOver(List<RunCatalog.Entry> entries) {
        tookOver = true;
        for (RunCatalog.Entry entry : entries) {
            RunEvent last = entry.last();
            if (last.status().wanted() != null && !last.status().isPending()) {
                quietly(entry.run(), () -> {
                    try {
                        process(entry.run(), last);
                    } catch (LauncherAwayException e) {
                        tookOver = false; // try again at the next tick
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
            LOG.debugf(
                    "run %s cannot be handled now: %s", run.id(), e.getMessage()); // the launcher has logged the reason
        } catch (IOException | RuntimeException e) {
            LOG.warnf(e, "run %s can't be looked after now", run.id());
        }
    }

    /** Handles the process of {@code run}, or its absence. */
    private void settle(RunFolder run) throws IOException {
        RunEvent last = run.eventLog().last().orElseThrow();
        JobProcess process = process(run, last);
        if (process == null) {
            boolean endedMeanwhile = !run.eventLog().last().equals(Optional.of(last));
            if (last.status().state() == RunState.RUNNING && !endedMeanwhile) {
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
            LOG.info(summary(run));
        }
    }

    /** How a run stands whose process has ended, for the log. */
    static String summary(RunFolder run) throws IOException {
        List<RunEvent> events = run.events(0);
        RunEvent last = events.get(events.size() - 1);
        String published = events.stream()
                .filter(event -> event.type() == RunEvent.Type.PUBLISHED)
                .map(event ->
                        event.details().get("model") + " " + event.details().get("version"))
                .collect(Collectors.joining(", "));
        return "run " + run.id() + ": its process has ended; the run is "
                + last.status().state() + " at step " + last.step() + " and has published "
                + (published.isEmpty() ? "nothing" : published);
    }

    /** The process of {@code run}: one that this service started, or one that it found; null if there is none. */
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

    /** Tells a running process the wanted state of its run. */
    private static void lead(JobProcess process, RunEvent last) {
        RunState wanted = last.status().wanted();
        if (wanted == RunState.CANCELLED) {
            process.kill();
        } else if (wanted == RunState.PAUSED && !last.status().state().isLast()) {
            process.stop();
        }
    }

    /** Records the reason why a run cannot start, when the reason changes. */
    private void waits(RunFolder run, String why) throws IOException {
        RunEvent last = run.eventLog().last().orElseThrow();
        boolean said = last.type() == RunEvent.Type.WAITING
                && (why.equals(last.details().get("message"))
                        || clock.instant().isBefore(last.time().plus(SAY_AGAIN)));
        if (last.status().state() == RunState.QUEUED && !said) {
            append(run, RunEvent.Type.WAITING, why);
        }
    }

    /** Records the end of a process that could not record it itself. */
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
        } else if (last.status().wanted() == RunState.RUNNING && last.status().crashes() >= settings.crashes()) {
            append(
                    run,
                    RunEvent.Type.FAILED,
                    "its process has died " + (settings.crashes() + 1)
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
        return processes.size() >= settings.devices()
                ? Optional.empty()
                : IntStream.range(0, settings.devices())
                        .boxed()
                        .filter(device -> !taken.contains(device))
                        .findFirst();
    }

    /** Asks every process that ends with the service to stop at a checkpoint; its run is then queued. */
    Map<String, JobProcess> stopAll() {
        if (launcher.outlivesService()) {
            return Map.of();
        }
        processes.values().forEach(JobProcess::stop);
        return new TreeMap<>(processes);
    }
}
