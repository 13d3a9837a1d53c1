package io.stepwise.data.zip;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** The blocks behind a header (APPNOTE 4.5): a tag, a length, that many bytes. What is malformed counts as absent. */
final class ExtraField {
    private static final int ZIP64 = 0x0001;
    private static final int UNICODE_PATH = 0x7075;

    private final @Nullable ByteBuffer zip64;
    private final @Nullable ByteBuffer unicodePath;

    ExtraField(byte[] bytes) {
        zip64 = block(bytes, ZIP64);
        unicodePath = block(bytes, UNICODE_PATH);
    }

    private static @Nullable ByteBuffer block(byte[] bytes, int tag) {
        ByteBuffer extra = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (extra.remaining() >= 4) {
            int found = extra.getShort() & 0xffff;
            int length = extra.getShort() & 0xffff;
            if (length > extra.remaining()) {
                return null;
            }
            if (found == tag) {
                return extra.slice(extra.position(), length).order(ByteOrder.LITTLE_ENDIAN);
            }
            extra.position(extra.position() + length);
        }
        return null;
    }

    boolean hasZip64() {
        return zip64 != null;
    }

    /** The header's value, or the next of the 64-bit block where the header says that it does not fit there. */
    long wide(long narrow) {
        if (narrow == 0xffff_ffffL && zip64 != null && zip64.remaining() >= 8) {
            return zip64.getLong();
        }
        return narrow;
    }

    /** The name in UTF-8 that Info-ZIP adds to one in an unknown code page; null when there is none for this name. */
    @Nullable
    String unicodePath(byte[] name) {
        if (unicodePath == null || unicodePath.remaining() < 5 || unicodePath.get(0) != 1) {
            return null;
        }
        CRC32 crc = new CRC32();
        crc.update(name);
        if (unicodePath.getInt(1) != (int) crc.getValue()) {
            return null;
        }
        return StandardCharsets.UTF_8
                .decode(unicodePath.slice(5, unicodePath.limit() - 5))
                .toString();
    }
}
