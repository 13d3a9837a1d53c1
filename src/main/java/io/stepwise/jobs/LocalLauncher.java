package io.stepwise.jobs;

import io.stepwise.training.run.RunFolder;
import io.stepwise.training.run.RunLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Trains in processes of this machine. They are children of the service but outlive it; a restarted service finds them
 * by their locks.
 */
public record LocalLauncher(Settings settings) implements Launcher {
    private static final String GPUS = "CUDA_VISIBLE_DEVICES";
    private static final Path NICE = Path.of("/usr/bin/nice");

    /**
     * How processes are started.
     *
     * @param command the program and its arguments, to which the device and the run's id are added
     * @param environment variables in addition to the service's own
     * @param nice the processes' niceness, 0 … 19
     * @param gpus whether a device is a GPU
     */
    public record Settings(List<String> command, Map<String, String> environment, int nice, boolean gpus) {
        public Settings {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
            if (nice < 0 || nice > 19) {
                throw new IllegalArgumentException("nice " + nice + " must be 0 … 19");
            }
        }
    }

    @Override
    public JobProcess launch(RunFolder run, int device) throws IOException {
        List<String> command = new ArrayList<>();
        if (settings.nice > 0 && Files.isExecutable(NICE)) {
            command.addAll(List.of(NICE.toString(), "-n", Integer.toString(settings.nice)));
        }
        command.addAll(settings.command);
        command.addAll(List.of("--device", Integer.toString(device), run.id()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(run.logFile().toFile()))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().putAll(settings.environment);
        if (settings.gpus) {
            builder.environment().compute(GPUS, (name, own) -> gpu(own, device));
        }
        try {
            return new Child(builder.start(), device);
        } catch (IOException e) { // its message has the paths of this machine
            throw new IOException("the training program doesn't start; the service's log says why", e);
        }
    }

    /**
     * The GPU with this process's number {@code device}, as another process is told of it.
     *
     * @param own the GPUs that this process sees, in its order; null where it sees all
     */
    static String gpu(@Nullable String own, int device) {
        String[] seen = own == null ? new String[0] : own.split(",");
        return device < seen.length ? seen[device].strip() : Integer.toString(device);
    }

    @Override
    public Optional<JobProcess> find(RunFolder run) throws IOException {
        return RunLock.holder(run).map(holder -> new Stranger(run, holder));
    }

    /** A process that this service started. */
    private record Child(Process process, int device) implements JobProcess {
        @Override
        public boolean isAlive() {
            return process.isAlive();
        }

        @Override
        public Optional<JobExit> exit() {
            return process.isAlive() ? Optional.empty() : Optional.of(new JobExit(process.exitValue()));
        }

        @Override
        public void stop() {
            process.destroy();
        }

        @Override
        public void kill() {
            process.destroyForcibly();
        }

        @Override
        public CompletableFuture<?> gone() {
            return process.onExit();
        }
    }

    /** A process that an earlier service started; it lives as long as it holds its lock. */
    private record Stranger(RunFolder run, RunLock.Holder holder) implements JobProcess {
        @Override
        public int device() {
            return holder.device();
        }

        @Override
        public boolean isAlive() {
            try {
                return RunLock.holder(run).isPresent();
            } catch (IOException unknown) {
                return handle().map(ProcessHandle::isAlive).orElse(true);
            }
        }

        /** Only for this machine: on another machine the id belongs to another process. */
        private Optional<ProcessHandle> handle() {
            return holder.isHere() ? ProcessHandle.of(holder.pid()) : Optional.empty();
        }

        @Override
        public Optional<JobExit> exit() {
            return Optional.empty();
        }

        @Override
        public void stop() {
            handle().ifPresent(ProcessHandle::destroy);
        }

        @Override
        public void kill() {
            handle().ifPresent(ProcessHandle::destroyForcibly);
        }

        @Override
        public CompletableFuture<?> gone() {
            return handle().<CompletableFuture<?>>map(ProcessHandle::onExit).orElseGet(CompletableFuture::new);
        }
    }
}
