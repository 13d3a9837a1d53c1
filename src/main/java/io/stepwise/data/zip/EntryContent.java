package io.stepwise.data.zip;

import io.stepwise.data.InvalidDatasetException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The unpacked content of one entry. The last read checks it against the checksum and the sizes, which stand before or
 * behind it.
 *
 * <p>INVARIANT: no more than {@code maxRatio} bytes come out for each that went in, once {@link #RATIO_FREE_BYTES} are
 * out, whatever the headers say.
 */
final class EntryContent extends InputStream {
    /** Small files may shrink as they like. */
    static final long RATIO_FREE_BYTES = 1 << 20;

    private final ZipInput in;
    private final LocalHeader header;
    private final Inflater inflater;
    private final int maxRatio;
    private final long begin;
    private final CRC32 crc = new CRC32();
    private long unpacked;
    private boolean ended;
    private DataDescriptor measured = DataDescriptor.NONE;

    /** @param inflater reset, for raw data; stays the caller's */
    EntryContent(ZipInput in, LocalHeader header, Inflater inflater, int maxRatio) {
        this.in = in;
        this.header = header;
        this.inflater = inflater;
        this.maxRatio = maxRatio;
        begin = in.position();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /** @throws InvalidDatasetException when the content is cut off, damaged or unpacks to too much */
    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (ended || length == 0) {
            return ended ? -1 : 0;
        }
        int read = unpack(into, offset, length);
        if (read < 0) {
            ended = true;
            return -1;
        }
        crc.update(into, offset, read);
        unpacked += read;
        if (unpacked > RATIO_FREE_BYTES && unpacked > packed() * maxRatio) {
            throw refused("it unpacks to more than " + maxRatio + " times its size");
        }
        return read;
    }

    private int unpack(byte[] into, int offset, int length) throws IOException {
        if (header.method() == LocalHeader.DEFLATED) {
            return inflated(into, offset, length);
        }
        return header.sizesFollow() ? storedOpenEnded(into, offset, length) : stored(into, offset, length);
    }

    /** At least one byte, or -1 at the end, whose place has been checked then. */
    private int inflated(byte[] into, int offset, int length) throws IOException {
        try {
            while (!inflater.finished()) {
                long left = header.sizesFollow() ? Long.MAX_VALUE : header.packed() - packed();
                if (left > 0) {
                    in.require(1);
                }
                int shown = in.show(inflater, left);
                int read = inflater.inflate(into, offset, length);
                in.consume(shown - inflater.getRemaining());
                if (read > 0) {
                    return read;
                }
                if (inflater.needsDictionary() || (left <= 0 && !inflater.finished())) {
                    throw damaged();
                }
            }
        } catch (DataFormatException e) {
            throw damaged();
        }
        end();
        return -1;
    }

    private int stored(byte[] into, int offset, int length) throws IOException {
        long left = header.packed() - packed();
        if (left <= 0) {
            end();
            return -1;
        }
        in.require(1);
        return in.move(into, offset, (int) Math.min(length, left));
    }

    /** Ends where something with a signature follows that describes exactly what came before it; nothing needs none. */
    private int storedOpenEnded(byte[] into, int offset, int length) throws IOException {
        in.require(1);
        boolean signature = in.has(4) && in.u32(0) == DataDescriptor.SIGNATURE;
        if ((signature || unpacked == 0) && descriptor().length(in, unpacked > 0) > 0) {
            end();
            return -1;
        }
        int scanned = 1;
        int most = Math.min(length, in.buffered());
        while (scanned < most && in.u8(scanned) != 'P') {
            scanned++;
        }
        return in.move(into, offset, scanned);
    }

    private long packed() {
        return in.position() - begin;
    }

    private DataDescriptor descriptor() {
        return new DataDescriptor(crc.getValue(), packed(), unpacked, header.wideSizes());
    }

    private void end() throws IOException {
        DataDescriptor found = descriptor();
        if (header.sizesFollow()) {
            int length = found.length(in, false);
            if (length < 0) {
                throw damaged();
            }
            in.consume(length);
        } else if (header.crc() != found.crc()
                || header.packed() != found.packed()
                || header.unpacked() != found.unpacked()) {
            throw damaged();
        }
        measured = found;
    }

    /** What was found; to be asked when all has been read. */
    DataDescriptor measured() {
        return measured;
    }

    private InvalidDatasetException damaged() {
        return refused("its content does not agree with its checksum and sizes");
    }

    private InvalidDatasetException refused(String reason) {
        return new InvalidDatasetException("the archive is refused: " + header.name() + ": " + reason);
    }
}
