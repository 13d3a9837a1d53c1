package io.stepwise.data.zip;

import io.stepwise.data.InvalidDatasetException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * What stands before an entry's content (APPNOTE 4.3.7).
 *
 * @param offset of this header in the archive
 * @param name decoded
 * @param rawName as it stands there
 * @param method 0 stored or 8 deflated
 * @param sizesFollow whether checksum and sizes stand behind the content instead; they are 0 here then
 * @param wideSizes whether the sizes that follow probably have 64 bits
 * @param crc of the content
 * @param packed bytes
 * @param unpacked bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record LocalHeader(
        long offset,
        String name,
        byte[] rawName,
        int method,
        boolean sizesFollow,
        boolean wideSizes,
        long crc,
        long packed,
        long unpacked) {
    static final long SIGNATURE = 0x04034b50L;
    static final int STORED = 0;
    static final int DEFLATED = 8;

    private static final int LENGTH = 30;
    private static final int ENCRYPTED = 1;
    private static final int SIZES_FOLLOW = 1 << 3;
    private static final int UTF_8 = 1 << 11;
    private static final String DOS = "IBM437";

    /** Consumes the header whose signature comes next. */
    static LocalHeader read(ZipInput in) throws IOException {
        long offset = in.position();
        in.require(LENGTH);
        int flags = in.u16(6);
        int method = in.u16(8);
        long crc = in.u32(14);
        long packed = in.u32(18);
        long unpacked = in.u32(22);
        int nameLength = in.u16(26);
        int extraLength = in.u16(28);
        in.consume(LENGTH);
        byte[] rawName = in.take(nameLength);
        ExtraField extra = new ExtraField(in.take(extraLength));
        String name = name(rawName, (flags & UTF_8) != 0, extra);
        requireReadable(name, flags, method);
        boolean follow = (flags & SIZES_FOLLOW) != 0;
        unpacked = extra.wide(unpacked);
        packed = extra.wide(packed);
        return new LocalHeader(offset, name, rawName, method, follow, extra.hasZip64(), crc, packed, unpacked);
    }

    private static void requireReadable(String name, int flags, int method) {
        if ((flags & ENCRYPTED) != 0) {
            throw new InvalidDatasetException("the archive is refused: " + name + " is encrypted");
        }
        if (method != STORED && method != DEFLATED) {
            throw new InvalidDatasetException("the archive is refused: " + name + " is packed with method " + method
                    + ", must be stored (0) or deflated (8)");
        }
    }

    /** UTF-8 if the header says so or if it is; what DOS wrote otherwise. */
    private static String name(byte[] raw, boolean utf8, ExtraField extra) {
        String unicode = extra.unicodePath(raw);
        if (unicode != null) {
            return unicode;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(raw))
                    .toString();
        } catch (CharacterCodingException e) {
            if (utf8) {
                throw new InvalidDatasetException("the archive is refused: it has a name that is not UTF-8", e);
            }
            return new String(raw, Charset.isSupported(DOS) ? Charset.forName(DOS) : StandardCharsets.ISO_8859_1);
        }
    }
}
