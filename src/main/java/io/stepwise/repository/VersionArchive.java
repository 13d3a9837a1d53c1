package io.stepwise.repository;

import io.stepwise.repository.files.FileDigest;
import io.stepwise.repository.files.InvalidModelException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A version as one zip archive: a folder {@code <model>-<number>} that diffusers and {@link ModelIntake} open, with the
 * manifest. Nothing is packed, as weights hardly shrink.
 *
 * <p>INVARIANT: the bytes follow from the manifest alone, so {@link #fingerprint} names them.
 */
public final class VersionArchive {
    /** Must change when the bytes of archives of old versions change. */
    private static final String LAYOUT = "1";

    private static final int HEADER_BYTES = 30 + 46; // before the content, and in the central directory
    private static final int END_BYTES = 22;
    private static final long LARGE = 0xffff_ffffL; // from here on the zip64 format is needed

    private final ModelVersion version;
    private final Manifest manifest;
    private final byte[] manifestFile;

    private VersionArchive(ModelVersion version, Manifest manifest, byte[] manifestFile) {
        this.version = version;
        this.manifest = manifest;
        this.manifestFile = manifestFile;
    }

    public static VersionArchive of(ModelVersion version) throws IOException {
        return new VersionArchive(
                version, version.manifest(), Files.readAllBytes(version.folder().resolve(Manifest.FILE)));
    }

    public String fileName() {
        return folder() + ".zip";
    }

    private String folder() {
        return version.model() + "-" + version.number();
    }

    /** A fingerprint of the bytes: 64 hexadecimal digits. */
    public String fingerprint() {
        MessageDigest digest = FileDigest.newSha256();
        digest.update((LAYOUT + "/" + folder() + "/").getBytes(StandardCharsets.UTF_8));
        return FileDigest.hex(digest.digest(manifestFile));
    }

    /** The size in bytes; empty beyond 4 GiB. */
    public OptionalLong size() {
        long size = END_BYTES;
        Map<String, Long> files = sizes();
        for (Map.Entry<String, Long> file : files.entrySet()) {
            size += HEADER_BYTES + 2L * (folder() + "/" + file.getKey()).length() + file.getValue();
        }
        return size < LARGE ? OptionalLong.of(size) : OptionalLong.empty();
    }

    private Map<String, Long> sizes() {
        Map<String, Long> sizes = new TreeMap<>();
        manifest.files().forEach((path, digest) -> sizes.put(path, digest.size()));
        sizes.put(Manifest.FILE, (long) manifestFile.length);
        return sizes;
    }

    /**
     * What is to be written, once every file has been read and found to be as the manifest says.
     *
     * @throws InvalidModelException when one is not
     */
    public Content content() throws IOException {
        List<ZipEntry> entries = new ArrayList<>();
        for (Map.Entry<String, Long> file : sizes().entrySet()) {
            ZipEntry entry = new ZipEntry(folder() + "/" + file.getKey());
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(file.getValue());
            entry.setCrc(checked(file.getKey()));
            entry.setTimeLocal(LocalDateTime.ofInstant(manifest.created(), ZoneOffset.UTC));
            entries.add(entry);
        }
        return out -> write(entries, out);
    }

    public interface Content {
        /**
         * Writes them all; does not close {@code out}. A version that is deleted meanwhile is written to its end.
         *
         * @throws IOException when a file can't be read any more, or {@code out} can't be written to
         */
        void writeTo(OutputStream out) throws IOException;
    }

    private long checked(String path) throws IOException {
        CRC32 crc = new CRC32();
        if (path.equals(Manifest.FILE)) {
            crc.update(manifestFile);
            return crc.getValue();
        }
        try (InputStream in = new CheckedInputStream(open(path), crc)) {
            FileDigest found = FileDigest.of(in);
            if (!found.equals(manifest.digest(path))) {
                throw new InvalidModelException(
                        version + " is damaged: " + path + " has " + found + ", must have " + manifest.digest(path));
            }
        }
        return crc.getValue();
    }

    private InputStream open(String path) throws IOException {
        Path file = version.folder().resolve(path);
        return Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
    }

    private void write(List<ZipEntry> entries, OutputStream out) throws IOException {
        List<InputStream> files = new ArrayList<>();
        try {
            for (String path : manifest.files().keySet().stream().sorted().toList()) {
                files.add(open(path)); // all of them first: then they can be read to their end whatever happens
            }
            ZipOutputStream zip = new ZipOutputStream(out);
            int next = 0;
            for (ZipEntry entry : entries) {
                zip.putNextEntry(new ZipEntry(entry));
                if (entry.getName().equals(folder() + "/" + Manifest.FILE)) {
                    zip.write(manifestFile);
                } else {
                    files.get(next++).transferTo(zip);
                }
                zip.closeEntry();
            }
            zip.finish();
        } finally {
            for (InputStream file : files) {
                file.close();
            }
        }
    }
}
