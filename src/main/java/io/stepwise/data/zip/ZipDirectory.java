package io.stepwise.data.zip;

import io.stepwise.data.InvalidDatasetException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The list of entries at an archive's end (APPNOTE 4.3.12 on). By it other programs unpack the archive, so it has to
 * tell of the same entries as were met on the way, and it alone says which of them are links.
 *
 * <p>Entries are compared by the sum of their hashes, which needs no memory and no order. Who forges a sum only fools
 * themselves: nothing is unpacked by this list here.
 */
final class ZipDirectory {
    static final long ENTRY = 0x02014b50L;
    static final long END = 0x06054b50L;
    static final long WIDE_END = 0x06064b50L;

    private static final int ENTRY_LENGTH = 46;
    private static final int WIDE_END_LENGTH = 12;
    private static final int WIDE_LOCATOR_LENGTH = 20;
    private static final int END_LENGTH = 22;

    private static final int UNIX = 3;
    private static final int MAC = 19;
    private static final int KIND = 0xf000;
    private static final int FOLDER = 0x4000;
    private static final int FILE = 0x8000;

    private long met;
    private long listed;

    /** Takes note of an entry that has been read. */
    void met(LocalHeader header, DataDescriptor sizes) {
        met += hash(header.rawName(), header.offset(), sizes);
    }

    /**
     * Reads the list, which comes next, up to the end of the archive, which has to be the end of the stream.
     *
     * @throws InvalidDatasetException when it is cut off, malformed or tells of other entries, or of links
     */
    void readAndCompare(ZipInput in) throws IOException {
        in.require(4);
        while (in.u32(0) == ENTRY) {
            entry(in);
            in.require(4);
        }
        if (met != listed) {
            throw refused("the list at its end is not of the files that it holds");
        }
        if (in.u32(0) == WIDE_END) {
            in.require(WIDE_END_LENGTH);
            long rest = in.u64(4);
            in.consume(WIDE_END_LENGTH);
            in.skip(rest);
            in.require(WIDE_LOCATOR_LENGTH + 4);
            in.consume(WIDE_LOCATOR_LENGTH);
        }
        if (in.u32(0) != END) {
            throw refused("its end is malformed");
        }
        in.require(END_LENGTH);
        int comment = in.u16(20);
        in.consume(END_LENGTH);
        in.skip(comment);
        if (in.has(1)) {
            throw refused("it goes on after its end");
        }
    }

    private void entry(ZipInput in) throws IOException {
        in.require(ENTRY_LENGTH);
        int host = in.u8(5);
        long crc = in.u32(16);
        long packed = in.u32(20);
        long unpacked = in.u32(24);
        int nameLength = in.u16(28);
        int extraLength = in.u16(30);
        int commentLength = in.u16(32);
        int kind = in.u16(40) & KIND;
        long offset = in.u32(42);
        in.consume(ENTRY_LENGTH);
        byte[] name = in.take(nameLength);
        ExtraField extra = new ExtraField(in.take(extraLength));
        in.skip(commentLength);
        if ((host == UNIX || host == MAC) && kind != 0 && kind != FILE && kind != FOLDER) {
            throw refused(new String(name, StandardCharsets.UTF_8) + " is a link or a special file");
        }
        unpacked = extra.wide(unpacked);
        packed = extra.wide(packed);
        listed += hash(name, extra.wide(offset), new DataDescriptor(crc, packed, unpacked, false));
    }

    /** Only 32 bits of the offset count: some writers cut it off in archives over 4 GiB. */
    private static long hash(byte[] name, long offset, DataDescriptor sizes) {
        long hash = mixed(
                mixed(mixed(mixed(offset & 0xffff_ffffL, sizes.crc()), sizes.packed()), sizes.unpacked()), name.length);
        for (byte b : name) {
            hash = mixed(hash, b);
        }
        return hash;
    }

    private static long mixed(long hash, long value) {
        long product = (hash ^ value) * 0x9e3779b97f4a7c15L;
        return product ^ product >>> 29;
    }

    private static InvalidDatasetException refused(String reason) {
        return new InvalidDatasetException("the archive is refused: " + reason);
    }
}
