package io.stepwise.data.zip;

import io.stepwise.data.InvalidDatasetException;
import io.stepwise.data.store.IncomingFiles;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * A zip archive (PKWARE APPNOTE 6.3.10) read front to back while it arrives: stored and deflated entries, with their
 * sizes before or behind them, up to 64 bits wide. What an archive of pictures has no need of is refused: encryption,
 * links, other methods, bytes before, between and behind.
 *
 * <p>The JDK's {@code ZipInputStream} would take an archive that is cut off between two entries for a whole one, takes
 * no stored entries whose sizes follow (Python writes such to a pipe), and knows nothing of links: those are marked at the end
 * only, in the list of entries, which it doesn't read. This reader compares that list with what it has met.
 *
 * <p>Closing it frees native memory and leaves the stream open.
 */
public final class ZipStream implements IncomingFiles, AutoCloseable {
    private final ZipInput in;
    private final int maxRatio;
    private final Inflater inflater = new Inflater(true);
    private final ZipDirectory directory = new ZipDirectory();
    private final byte[] passedOver = new byte[1 << 14];
    private @Nullable LocalHeader header;
    private @Nullable EntryContent content;
    private boolean ended;

    /**
     * @param in not closed
     * @param maxRatio unpacked bytes per packed byte of one entry, beyond its first mebibyte
     */
    public ZipStream(InputStream in, int maxRatio) {
        this.in = new ZipInput(in);
        this.maxRatio = maxRatio;
    }

    @Override
    public @Nullable File next() throws IOException {
        if (ended) {
            return null;
        }
        finishEntry();
        if (in.position() == 0 && !in.has(4)) {
            throw notAnArchive();
        }
        in.require(4);
        long signature = in.u32(0);
        if (signature == LocalHeader.SIGNATURE) {
            return entry();
        }
        boolean atTheEnd =
                signature == ZipDirectory.ENTRY || signature == ZipDirectory.END || signature == ZipDirectory.WIDE_END;
        if (!atTheEnd) {
            throw in.position() == 0 ? notAnArchive() : malformed();
        }
        directory.readAndCompare(in);
        ended = true;
        return null;
    }

    private File entry() throws IOException {
        LocalHeader read = LocalHeader.read(in);
        inflater.reset();
        EntryContent opened = new EntryContent(in, read, inflater, maxRatio);
        header = read;
        content = opened;
        return new File(read.name(), opened);
    }

    private void finishEntry() throws IOException {
        if (header == null || content == null) {
            return;
        }
        while (content.read(passedOver, 0, passedOver.length) >= 0) {
            // read on: its end has to be found and checked
        }
        directory.met(header, content.measured());
        header = null;
        content = null;
    }

    private static InvalidDatasetException notAnArchive() {
        return new InvalidDatasetException("this is not a zip archive");
    }

    private InvalidDatasetException malformed() {
        return new InvalidDatasetException(
                "the archive is refused: after " + in.position() + " bytes no entry begins, nor the list of all");
    }

    @Override
    public void close() {
        inflater.end();
    }
}
