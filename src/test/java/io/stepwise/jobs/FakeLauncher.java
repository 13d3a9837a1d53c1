package io.stepwise.jobs;

import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunFolder;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Processes that do what a test tells them to. */
final class FakeLauncher implements Launcher {
    final List<Fake> launched = new ArrayList<>();
    final Map<String, Fake> strangers = new HashMap<>();
    boolean broken;

    /** What happens just before it looks for a process. */
    Happening whenAsked = () -> {};

    interface Happening {
        void run() throws IOException;
    }

    /** A process. */
    static final class Fake implements JobProcess {
        final RunFolder run;
        final int device;
        boolean alive = true;
        JobExit exit;
        int stops;
        boolean killed;
        final CompletableFuture<Void> gone = new CompletableFuture<>();

        Fake(RunFolder run, int device) {
            this.run = run;
            this.device = device;
        }

        void says(RunEvent.Type type, int step) throws IOException {
            run.append(Instant.EPOCH, type, step, Map.of());
        }

        void ends(int code) {
            alive = false;
            exit = code < 0 ? null : new JobExit(code);
            gone.complete(null);
        }

        @Override
        public int device() {
            return device;
        }

        @Override
        public boolean isAlive() {
            return alive;
        }

        @Override
        public Optional<JobExit> exit() {
            return Optional.ofNullable(exit);
        }

        @Override
        public void stop() {
            stops++;
        }

        @Override
        public void kill() {
            killed = true;
        }

        @Override
        public CompletableFuture<?> gone() {
            return gone;
        }
    }

    @Override
    public JobProcess launch(RunFolder run, int device) throws IOException {
        if (broken) {
            throw new IOException("no such program");
        }
        Fake process = new Fake(run, device);
        launched.add(process);
        return process;
    }

    @Override
    public Optional<JobProcess> find(RunFolder run) throws IOException {
        whenAsked.run();
        return Optional.ofNullable(strangers.get(run.id()));
    }
}
