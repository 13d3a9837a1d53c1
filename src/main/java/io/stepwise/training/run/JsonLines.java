package io.stepwise.training.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.repository.files.DurableFiles;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A file with one JSON object per line. An append holds the lock of a hidden file beside it: on POSIX a process loses
 * the locks of a file as soon as it closes any channel to it, and readers close this file all the time.
 *
 * <p>INVARIANT: a line counts once its line feed is written. Bytes after the last line feed, left by a crash, are
 * skipped by readers and cut off by the next append.
 */
record JsonLines(Path file) {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final int TAIL_BYTES = 1 << 13;

    /** File locks work between processes; these work between the threads of this process. */
    private static final Object[] THREADS =
            Stream.generate(Object::new).limit(64).toArray();

    interface FromLast {
        ObjectNode apply(ObjectNode last) throws IOException;
    }

    /**
     * Appends one line, made from the last line (an empty object at first), under the file's lock. The line has reached
     * the operating system on return, so it survives a crash of this process; with {@code durable} it survives a crash
     * of the machine. If {@code fromLast} throws, the file stays as it was.
     */
    ObjectNode append(FromLast fromLast, boolean durable) throws IOException {
        synchronized (THREADS[Math.floorMod(file.hashCode(), THREADS.length)]) {
            try (FileChannel guard = FileChannel.open(
                            file.resolveSibling("." + file.getFileName() + ".lock"),
                            StandardOpenOption.WRITE,
                            StandardOpenOption.CREATE);
                    FileLock lock = guard.lock()) {
                return appendAlone(fromLast, durable);
            }
        }
    }

    private ObjectNode appendAlone(FromLast fromLast, boolean durable) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
            Tail tail = tail(channel);
            ObjectNode line = fromLast.apply(tail.last());
            byte[] bytes = (MAPPER.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
            channel.truncate(tail.end()).position(tail.end());
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            if (durable) {
                channel.force(true);
            }
            return line;
        }
    }

    /** The last whole line; an empty object when there is none. */
    ObjectNode last() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return tail(channel).last();
        } catch (NoSuchFileException e) {
            return MAPPER.createObjectNode();
        }
    }

    /**
     * All complete lines, oldest first; none if there is no file.
     *
     * @throws IOException also when a line is not a JSON object; the message names file and line
     */
    List<ObjectNode> read() throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        List<ObjectNode> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                lines.add(parse(new String(bytes, start, i - start, StandardCharsets.UTF_8), lines.size() + 1));
                start = i + 1;
            }
        }
        return lines;
    }

    /**
     * Keeps the lines that pass and removes the others, in one atomic replacement; does nothing if there is no file.
     */
    void retain(Predicate<ObjectNode> keep) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        for (ObjectNode line : read()) {
            if (keep.test(line)) {
                kept.writeBytes((MAPPER.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        DurableFiles.replace(file, kept.toByteArray());
    }

    /** The end of the last complete line, and that line: an empty object if there is none. */
    private record Tail(long end, ObjectNode last) {}

    private Tail tail(FileChannel channel) throws IOException {
        long size = channel.size();
        for (long span = Math.min(size, TAIL_BYTES); ; span = Math.min(size, span * 4)) {
            byte[] bytes = new byte[Math.toIntExact(span)];
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            readFully(channel, buffer, size - span);
            int end = lastLineFeed(bytes, bytes.length) + 1;
            int start = lastLineFeed(bytes, end - 1) + 1;
            if (end > 0 && (start > 0 || span == size)) {
                String line = new String(bytes, start, end - 1 - start, StandardCharsets.UTF_8);
                return new Tail(size - span + end, parse(line, "(the last)"));
            }
            if (span == size) {
                return new Tail(0, MAPPER.createObjectNode());
            }
        }
    }

    private static void readFully(FileChannel channel, ByteBuffer buffer, long position) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new EOFException("the file shrank while it was read");
            }
        }
    }

    /** The index of the last line feed before {@code end}, or -1 if there is none. */
    private static int lastLineFeed(byte[] bytes, int end) {
        int i = end - 1;
        while (i >= 0 && bytes[i] != '\n') {
            i--;
        }
        return i;
    }

    private ObjectNode parse(String line, Object which) throws IOException {
        try {
            if (MAPPER.readTree(line) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw new IOException(file.getFileName() + ", line " + which + ": " + e.getOriginalMessage(), e);
        }
        throw new IOException(file.getFileName() + ", line " + which + ": must be a JSON object");
    }
}
