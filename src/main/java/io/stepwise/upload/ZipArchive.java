package io.stepwise.upload;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.UnicodePathExtraField;
import org.apache.commons.compress.archivers.zip.UnixStat;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.archivers.zip.ZipMethod;

/**
 * A zip archive (PKWARE APPNOTE 6.3.10) in a file. Its entries are those of the list at its end, which other programs read,
 * too. Archives are not trusted: encrypted entries, links, and methods other than stored, deflated and Deflate64 are refused
 * when the archive is opened; damaged content, and content that unpacks to too much, is refused while it is read.
 *
 * <p>The names do not depend on the program that wrote the archive: a name is what Info-ZIP's Unicode field says, or else
 * UTF-8 if it can be, or else code page 437 (DOS); accents are composed (NFC).
 *
 * <p>{@link Entry#open} may be called by several threads at once. Closing the archive closes the file.
 */
public final class ZipArchive implements AutoCloseable {
    /** An entry that unpacks to less may have any ratio. */
    private static final long RATIO_FREE_BYTES = 1 << 20;

    private static final Charset DOS = Charset.forName("IBM437");

    private final ZipFile zip;
    private final int maxRatio;
    private final List<Entry> entries;

    private ZipArchive(ZipFile zip, int maxRatio) {
        this.zip = zip;
        this.maxRatio = maxRatio;
        List<Entry> all = new ArrayList<>();
        Collections.list(zip.getEntriesInPhysicalOrder()).forEach(entry -> all.add(new Entry(name(entry), entry)));
        entries = Collections.unmodifiableList(all);
    }

    /**
     * Opens the archive in {@code file}.
     *
     * @param maxFiles how many files it may have, and how many folders besides
     * @param maxRatio unpacked bytes per packed byte of one entry, beyond its first mebibyte
     * @throws InvalidUploadException when it is no archive, is cut off, or has an entry that is refused
     * @throws UploadTooLargeException when it has too many files
     */
    public static ZipArchive open(Path file, int maxFiles, int maxRatio) throws IOException {
        return open(FileChannel.open(file, StandardOpenOption.READ), maxFiles, maxRatio);
    }

    /** The same for a file that is open; it is closed with the archive, or when this fails. */
    static ZipArchive open(FileChannel file, int maxFiles, int maxRatio) throws IOException {
        try {
            ZipDirectory.check(file, maxFiles);
            ZipFile zip = ZipFile.builder()
                    .setSeekableByteChannel(file)
                    .setIgnoreLocalFileHeader(true)
                    .setUseUnicodeExtraFields(false)
                    .get();
            return new ZipArchive(zip, maxRatio);
        } catch (IOException e) {
            file.close();
            throw malformed(e);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static InvalidUploadException malformed(IOException e) {
        String reason = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
        return refused("the list of its files is malformed: " + reason, e);
    }

    /** Files and folders in the order in which they lie in the archive. */
    public List<Entry> entries() {
        return entries;
    }

    private static String name(ZipArchiveEntry entry) {
        byte[] raw = entry.getRawName();
        if (entry.getExtraField(UnicodePathExtraField.UPATH_ID) instanceof UnicodePathExtraField path
                && path.getNameCRC32() == crc(raw)) {
            raw = path.getUnicodeName();
        }
        try {
            String name = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(raw))
                    .toString();
            return FileNames.composed(name);
        } catch (CharacterCodingException e) {
            if (entry.getGeneralPurposeBit().usesUTF8ForNames()) {
                throw refused("it has a name that is not UTF-8", e);
            }
            return new String(raw, DOS);
        }
    }

    private static long crc(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return crc.getValue();
    }

    private static InvalidUploadException refused(String reason, Throwable cause) {
        return new InvalidUploadException("the archive is refused: " + reason, cause);
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }

    public final class Entry {
        private final String name;
        private final ZipArchiveEntry listed;

        private Entry(String name, ZipArchiveEntry listed) {
            this.name = name;
            this.listed = listed;
            if (listed.getGeneralPurposeBit().usesEncryption()) {
                throw refused(" is encrypted");
            }
            int kind = listed.getUnixMode() & UnixStat.FILE_TYPE_FLAG;
            if (kind != 0 && kind != UnixStat.FILE_FLAG && kind != UnixStat.DIR_FLAG) {
                throw refused(" is a link or a special file");
            }
            ZipMethod method = ZipMethod.getMethodByCode(listed.getMethod());
            if (method != ZipMethod.STORED && method != ZipMethod.DEFLATED && method != ZipMethod.ENHANCED_DEFLATED) {
                throw refused(" is packed with method " + listed.getMethod()
                        + ", must be stored (0), deflated (8) or Deflate64 (9)");
            }
            if (size() > allowance()) {
                throw tooLarge();
            }
        }

        /** Its path, {@code /} between the parts; ends with {@code /} for a folder. The path may be one that does harm. */
        public String name() {
            return name;
        }

        public boolean isFolder() {
            return name.endsWith("/");
        }

        /** How many bytes it unpacks to, as the archive says; {@link #open} checks it. */
        public long size() {
            return listed.getSize();
        }

        /** How many bytes it may unpack to. */
        long allowance() {
            return Math.max(RATIO_FREE_BYTES, listed.getCompressedSize() * maxRatio);
        }

        /**
         * Its content. Reading it throws an {@link InvalidUploadException} when it unpacks to too much, and at its end when
         * size and checksum are not those of the list.
         */
        public InputStream open() {
            try {
                synchronized (zip) { // finding the content moves the file's position, reading it does not
                    return new Content(this, zip.getInputStream(listed), listed.getCrc());
                }
            } catch (IOException | IllegalArgumentException e) {
                throw damaged(e);
            }
        }

        /** The refusal of an entry that unpacks to more than it may. */
        InvalidUploadException tooLarge() {
            return refused(": it unpacks to more than " + maxRatio + " times its size");
        }

        /** The refusal of an entry whose content is not what the archive says. */
        InvalidUploadException damaged(Throwable cause) {
            return ZipArchive.refused(name + ": its content does not agree with its checksum and sizes", cause);
        }

        private InvalidUploadException refused(String reason) {
            return new InvalidUploadException("the archive is refused: " + name + reason);
        }
    }

    /**
     * The unpacked content of an entry. The library checks neither checksum nor size, nor how much a small entry unpacks to.
     *
     * <p>INVARIANT: no more than the entry's {@link Entry#allowance} comes out, whatever the archive says.
     */
    private static final class Content extends InputStream {
        private final Entry entry;
        private final InputStream in;
        private final long expectedCrc;
        private final CRC32 crc = new CRC32();
        private long unpacked;

        Content(Entry entry, InputStream in, long expectedCrc) {
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
}
