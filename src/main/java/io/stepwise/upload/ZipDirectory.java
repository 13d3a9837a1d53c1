package io.stepwise.upload;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;

/**
 * Checks the list of entries at the end of an archive (APPNOTE 4.3.12 to 4.3.16) before the library reads it: the library
 * makes an object of every entry, and has no limit for their number. The list has to lie just before the archive's end
 * record, and the archive has to end with that record; so no part of the archive is missing, and nothing is added to it.
 */
final class ZipDirectory {
    private static final int LOCAL_ENTRY = 0x04034b50;
    private static final int ENTRY = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int WIDE_END = 0x06064b50;
    private static final int WIDE_LOCATOR = 0x07064b50;

    private static final int ENTRY_BYTES = 46;
    private static final int END_BYTES = 22;
    private static final int WIDE_END_BYTES = 56;
    private static final int WIDE_LOCATOR_BYTES = 20;
    private static final int MAX_COMMENT_BYTES = 0xffff;

    private ZipDirectory() {}

    /**
     * @param maxFiles how many files it may have, and how many folders besides
     * @throws InvalidUploadException when the file is no archive, or its end is malformed or missing
     * @throws UploadTooLargeException when it lists too many files
     */
    static void check(FileChannel file, int maxFiles) throws IOException {
        long size = file.size();
        int first = size < Integer.BYTES ? 0 : bytes(file, 0, Integer.BYTES).getInt(0);
        if (first != LOCAL_ENTRY && first != END && first != WIDE_END) {
            throw new InvalidUploadException("this is not a zip archive");
        }
        int tailBytes = (int) Math.min(size, WIDE_LOCATOR_BYTES + END_BYTES + MAX_COMMENT_BYTES);
        ByteBuffer tail = bytes(file, size - tailBytes, tailBytes);
        int end = tailBytes - END_BYTES;
        while (end >= 0 && tail.getInt(end) != END) {
            end--;
        }
        if (end < 0) {
            throw new InvalidUploadException("the archive is cut off after " + size + " bytes");
        }
        if (end + END_BYTES + unsigned(tail.getShort(end + 20)) != tailBytes) {
            throw refused("it goes on after its end, or its comment is cut off");
        }
        requireModest(file, list(file, tail, end), maxFiles);
    }

    /** Where the list of entries is: its first byte and its length. */
    private record Range(long begin, long bytes) {}

    private static Range list(FileChannel file, ByteBuffer tail, int end) throws IOException {
        long bytes = Integer.toUnsignedLong(tail.getInt(end + 12));
        long begin = Integer.toUnsignedLong(tail.getInt(end + 16));
        long behind = file.size() - tail.limit() + end;
        int locator = end - WIDE_LOCATOR_BYTES;
        if (locator >= 0 && tail.getInt(locator) == WIDE_LOCATOR) {
            behind = tail.getLong(locator + 8);
            ByteBuffer wide = bytes(file, behind, WIDE_END_BYTES);
            bytes = wide.getLong(40);
            begin = wide.getLong(48);
        }
        if (bytes < 0 || begin < 0 || begin + bytes != behind) {
            throw refused("the list of its files is not where its end says; over 4 GiB it must be ZIP64");
        }
        return new Range(begin, bytes);
    }

    private static void requireModest(FileChannel file, Range list, int maxFiles) throws IOException {
        InputStream in = new BufferedInputStream(Channels.newInputStream(file.position(list.begin())), 1 << 16);
        int files = 0;
        int folders = 0;
        for (long left = list.bytes(); left > 0; ) {
            ByteBuffer entry = littleEndian(in.readNBytes(ENTRY_BYTES));
            if (entry.limit() < ENTRY_BYTES || entry.getInt(0) != ENTRY) {
                throw refused("the list of its files is malformed");
            }
            byte[] name = in.readNBytes(unsigned(entry.getShort(28)));
            int rest = unsigned(entry.getShort(30)) + unsigned(entry.getShort(32));
            in.skipNBytes(rest);
            left -= ENTRY_BYTES + name.length + rest;
            boolean folder = name.length > 0 && name[name.length - 1] == '/';
            files += folder ? 0 : 1;
            folders += folder ? 1 : 0;
            if (Math.max(files, folders) > maxFiles) {
                throw new UploadTooLargeException("the upload must have at most " + maxFiles + " files");
            }
        }
    }

    private static ByteBuffer bytes(FileChannel file, long at, int count) throws IOException {
        ByteBuffer bytes = littleEndian(new byte[count]);
        while (bytes.hasRemaining()) {
            if (at < 0 || file.read(bytes, at + bytes.position()) < 0) {
                throw new EOFException("there are no " + count + " bytes at " + at);
            }
        }
        return bytes;
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int unsigned(short value) {
        return Short.toUnsignedInt(value);
    }

    private static InvalidUploadException refused(String reason) {
        return new InvalidUploadException("the archive is refused: " + reason);
    }
}
