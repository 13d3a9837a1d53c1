package io.stepwise.data.zip;

import io.stepwise.data.InvalidDatasetException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.Inflater;

/** The bytes of an archive with a view of those that come next. Numbers are little-endian and unsigned. */
final class ZipInput {
    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private int start;
    private int end;
    private long position;

    ZipInput(InputStream in) {
        this.in = in;
    }

    /** How many bytes of the archive have been consumed. */
    long position() {
        return position;
    }

    /** Whether {@code count} more bytes, at most 1024, follow. */
    boolean has(int count) throws IOException {
        while (end - start < count) {
            if (start > 0) {
                System.arraycopy(buffer, start, buffer, 0, end - start);
                end -= start;
                start = 0;
            }
            int read = in.read(buffer, end, buffer.length - end);
            if (read < 0) {
                return false;
            }
            end += read;
        }
        return true;
    }

    /** @throws InvalidDatasetException when fewer bytes follow */
    void require(int count) throws IOException {
        if (!has(count)) {
            throw new InvalidDatasetException("the archive is cut off after " + (position + end - start) + " bytes");
        }
    }

    /** How many bytes can be looked at without waiting for more. */
    int buffered() {
        return end - start;
    }

    /** Of the bytes that are buffered, the one {@code at} places ahead. */
    int u8(int at) {
        return buffer[start + at] & 0xff;
    }

    int u16(int at) {
        return u8(at) | u8(at + 1) << 8;
    }

    long u32(int at) {
        return u16(at) | (long) u16(at + 2) << 16;
    }

    long u64(int at) {
        return u32(at) | u32(at + 4) << 32;
    }

    void consume(int count) {
        start += count;
        position += count;
    }

    /** Moves on by {@code count} bytes. */
    void skip(long count) throws IOException {
        long left = count;
        while (left > 0) {
            require(1);
            int step = (int) Math.min(left, buffered());
            consume(step);
            left -= step;
        }
    }

    /** The next {@code count} bytes, all of them. */
    byte[] take(int count) throws IOException {
        byte[] taken = new byte[count];
        int at = 0;
        while (at < count) {
            require(1);
            at += move(taken, at, count - at);
        }
        return taken;
    }

    /** Moves up to {@code length} buffered bytes; says how many. */
    int move(byte[] into, int offset, int length) {
        int moved = Math.min(length, buffered());
        System.arraycopy(buffer, start, into, offset, moved);
        consume(moved);
        return moved;
    }

    /** Shows the inflater up to {@code most} buffered bytes without consuming them; says how many. */
    int show(Inflater inflater, long most) {
        int shown = (int) Math.min(most, buffered());
        inflater.setInput(buffer, start, shown);
        return shown;
    }
}
