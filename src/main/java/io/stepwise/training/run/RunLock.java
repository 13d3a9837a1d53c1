package io.stepwise.training.run;

import io.stepwise.repository.files.DurableFiles;
import io.stepwise.repository.files.FolderLock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Held by the process that trains a run, from its start to its end. The system releases it when the process ends in
 * whatever way, so two processes never train one run, even if machines share the volume. The file {@code process}
 * beside it names the holder.
 */
public final class RunLock implements AutoCloseable {
    private final FolderLock lock;

    private RunLock(FolderLock lock) {
        this.lock = lock;
    }

    /**
     * @param pid of the process on its machine; -1 if it has not written it yet
     * @param host name of the machine
     * @param device of that machine that it computes on, from 0
     */
    public record Holder(long pid, String host, int device) {
        /** Whether it is a process of this machine. */
        public boolean isHere() {
            return host.equals(hostName());
        }
    }

    /**
     * Takes the lock for this process; empty if another thread or process holds it.
     *
     * @param device of this machine that the process computes on, from 0
     */
    public static Optional<RunLock> tryAcquire(RunFolder run, int device) throws IOException {
        Optional<FolderLock> lock = FolderLock.tryAcquire(run.root());
        if (lock.isPresent()) {
            String holder = ProcessHandle.current().pid() + " " + device + " " + hostName() + "\n";
            try {
                DurableFiles.replace(file(run), holder.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                lock.get().close();
                throw e;
            }
        }
        return lock.map(RunLock::new);
    }

    /** The holder; empty if there is none. */
    public static Optional<Holder> holder(RunFolder run) throws IOException {
        Optional<FolderLock> free = FolderLock.tryAcquire(run.root());
        if (free.isPresent()) {
            free.get().close();
            return Optional.empty();
        }
        try {
            String[] words = Files.readString(file(run)).strip().split("\\s+");
            return Optional.of(new Holder(Long.parseLong(words[0]), words[2], Integer.parseInt(words[1])));
        } catch (NoSuchFileException notSaidYet) {
            return Optional.of(new Holder(-1, "", 0));
        }
    }

    private static Path file(RunFolder run) {
        return run.root().resolve("process");
    }

    /** The name of this machine, or of the pod. */
    public static String hostName() {
        String named = System.getenv("HOSTNAME");
        if (named != null && !named.isBlank()) {
            return named.strip();
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    @Override
    public void close() {
        lock.close();
    }
}
