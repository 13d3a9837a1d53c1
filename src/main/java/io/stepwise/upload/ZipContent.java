package io.stepwise.upload;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;

/**
 * The unpacked content of one entry. The library checks neither checksum nor size, nor how much a small entry unpacks to.
 *
 * <p>INVARIANT: no more than the entry's {@link ZipArchive.Entry#allowance} comes out, whatever the archive says.
 */
final class ZipContent extends InputStream {
    /** An entry that unpacks to less may have any ratio. */
    static final long RATIO_FREE_BYTES = 1 << 20;

    private final ZipArchive.Entry entry;
    private final InputStream in;
    private final long expectedCrc;
    private final CRC32 crc = new CRC32();
    private long unpacked;

    ZipContent(ZipArchive.Entry entry, InputStream in, long expectedCrc) {
        this.entry = entry;
        this.in = in;
        this.expectedCrc = expectedCrc;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /** @throws InvalidUploadException when the content is cut off, damaged or unpacks to too much */
    @Override
    public int read(byte[] into, int offset, int length) {
        int read;
        try {
            read = in.read(into, offset, length);
        } catch (IOException | RuntimeException e) { // the library's decoders throw both for malformed input
            throw entry.damaged(e);
        }
        if (read < 0) {
            if (unpacked != entry.size() || crc.getValue() != expectedCrc) {
                throw entry.damaged(new EOFException("the end"));
            }
            return -1;
        }
        crc.update(into, offset, read);
        unpacked += read;
        if (unpacked > entry.allowance()) {
            throw entry.tooLarge();
        }
        return read;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
