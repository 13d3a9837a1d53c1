package io.stepwise.training;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Held by the process that trains a run, from its start to its end, however it ends: the system lets go of it when the
 * process is gone. So no two processes ever train one run, also where a shared volume joins several machines.
 *
 * <p>INVARIANT: a process that holds the lock opens its file nowhere else; closing any channel to it would let go of it.
 */
public final class RunLock implements AutoCloseable {
    private static final int MOST_BYTES = 1024;

    private final FileChannel channel;

    private RunLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Who holds a run's lock.
     *
     * @param pid of the process on its machine
     * @param host name of the machine
     * @param device which of the machine's devices it computes on, from 0
     */
    public record Holder(long pid, String host, int device) {
        /** Whether it is a process of this machine. */
        public boolean isHere() {
            return host.equals(hostName());
        }
    }

    /**
     * Takes the lock for this process; empty when another one has it.
     *
     * @param device which of the machine's devices this process computes on, from 0
     */
    public static Optional<RunLock> tryAcquire(RunFolder run, int device) throws IOException {
        FileChannel channel = FileChannel.open(file(run), StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        try {
            if (channel.tryLock() == null) {
                channel.close();
                return Optional.empty();
            }
            String holder = ProcessHandle.current().pid() + " " + device + " " + hostName() + "\n";
            channel.truncate(0).write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8)));
            return Optional.of(new RunLock(channel));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Who has it; empty when nobody has. Must not be called by a process that has it itself. */
    public static Optional<Holder> holder(RunFolder run) throws IOException {
        try (FileChannel channel = FileChannel.open(file(run), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            try (FileLock lock = channel.tryLock()) {
                if (lock != null) {
                    return Optional.empty();
                }
            }
            ByteBuffer bytes = ByteBuffer.allocate(MOST_BYTES);
            channel.read(bytes);
            String[] words = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8).split("\\s");
            return words.length < 3 // it is about to write
                    ? Optional.of(new Holder(-1, "", 0))
                    : Optional.of(new Holder(Long.parseLong(words[0]), words[2], Integer.parseInt(words[1])));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static Path file(RunFolder run) {
        return run.root().resolve("process");
    }

    private static String hostName() {
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
    public void close() throws IOException {
        channel.close();
    }
}
