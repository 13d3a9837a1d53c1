package io.stepwise.data.zip;

import java.io.IOException;

/**
 * Checksum and sizes of an entry, as they may stand behind its content (APPNOTE 4.3.9): with or without a signature, with
 * sizes of 32 or 64 bits. Writers follow no rule; but who knows what must stand there can tell which form it is.
 *
 * @param crc of the unpacked content
 * @param packed bytes
 * @param unpacked bytes
 * @param wideFirst whether the sizes probably have 64 bits
 */
record DataDescriptor(long crc, long packed, long unpacked, boolean wideFirst) {
    static final long SIGNATURE = 0x08074b50L;

    /** Of an entry without content. */
    static final DataDescriptor NONE = new DataDescriptor(0, 0, 0, false);

    /**
     * How many bytes it takes where it comes next, or -1 when it doesn't. The next header has to follow it.
     *
     * @param signed whether only the forms with a signature count
     */
    int length(ZipInput in, boolean signed) throws IOException {
        for (boolean wide : new boolean[] {wideFirst, !wideFirst}) {
            if (isNext(in, 4, wide) && in.u32(0) == SIGNATURE) {
                return length(4, wide);
            }
            if (!signed && isNext(in, 0, wide)) {
                return length(0, wide);
            }
        }
        return -1;
    }

    private static int length(int begin, boolean wide) {
        return begin + (wide ? 20 : 12);
    }

    private boolean isNext(ZipInput in, int begin, boolean wide) throws IOException {
        int length = length(begin, wide);
        return in.has(length + 2)
                && in.u32(begin) == crc
                && (wide ? in.u64(begin + 4) : in.u32(begin + 4)) == packed
                && (wide ? in.u64(begin + 12) : in.u32(begin + 8)) == unpacked
                && in.u8(length) == 'P'
                && in.u8(length + 1) == 'K';
    }
}
