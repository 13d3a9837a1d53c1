package io.stepwise.upload;

import static io.stepwise.upload.HandmadeZip.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.upload.HandmadeZip.Entry;
import io.stepwise.upload.HandmadeZip.Follows;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ZipFilesTest {
    private static final UploadLimits LIMITS = new UploadLimits(1L << 30, 100, 200, 1);

    @TempDir
    Path folder;

    private static final byte[] NOISE = noise(300_000);

    @Test
    void read_whatTheJdkWrites_givesNamesAndContents() throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(archive)) {
            zip.putNextEntry(new ZipEntry("cats/"));
            zip.putNextEntry(new ZipEntry("cats/ä.png"));
            zip.write(NOISE);
            zip.setMethod(ZipOutputStream.STORED);
            ZipEntry stored = new ZipEntry("dogs/1.png");
            stored.setSize(4);
            stored.setCrc(crc("woof".getBytes(StandardCharsets.UTF_8)));
            zip.putNextEntry(stored);
            zip.write("woof".getBytes(StandardCharsets.UTF_8));
            zip.setComment("from the JDK");
        }

        Map<String, byte[]> files = read(archive.toByteArray());

        assertThat(files.keySet()).containsExactly("cats/", "cats/ä.png", "dogs/1.png");
        assertThat(files.get("cats/ä.png")).isEqualTo(NOISE);
        assertThat(files.get("dogs/1.png")).asString(StandardCharsets.UTF_8).isEqualTo("woof");
    }

    @ParameterizedTest
    @EnumSource(Follows.class)
    void read_sizesBeforeOrBehind_givesContents(Follows follows) throws IOException {
        byte[] archive = HandmadeZip.of(
                entry("empty", "").follows(follows),
                entry("folder/", "").follows(follows),
                entry("stored", NOISE)
                        .follows(follows == Follows.PLAIN || follows == Follows.WIDE ? Follows.NOT : follows),
                entry("deflated", "a".repeat(5000)).deflated().follows(follows),
                entry("nothing", "").deflated().follows(follows));

        Map<String, byte[]> files = read(archive);

        assertThat(files).hasSize(5);
        assertThat(files.get("stored")).isEqualTo(NOISE);
        assertThat(files.get("deflated")).hasSize(5000).containsOnly('a');
        assertThat(files.get("nothing")).isEmpty();
    }

    /** Every byte a new read: nothing depends on where the network cuts. */
    @Test
    void read_arrivingByteByByte_isTheSame() throws IOException {
        byte[] content = Arrays.copyOf(NOISE, 3000);
        byte[] archive = HandmadeZip.of(
                entry("a", content).follows(Follows.SIGNED),
                entry("b", content).deflated().follows(Follows.SIGNED_WIDE));

        Map<String, byte[]> files = read(ZipFiles.arriving(new Dripping(archive), folder, LIMITS));

        assertThat(files.get("a")).isEqualTo(content);
        assertThat(files.get("b")).isEqualTo(content);
    }

    @Test
    void read_storedContentThatLooksLikeItsEnd_isReadOn() throws IOException {
        byte[] signature = {'P', 'K', 7, 8};
        byte[] inner = ByteBuffer.allocate(26)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(signature)
                .putInt(17)
                .putInt(0)
                .putInt(0)
                .put(signature)
                .put(new byte[] {'P', 'P', 'K', 3, 4})
                .array();

        assertThat(read(HandmadeZip.of(entry("x", inner).follows(Follows.SIGNED)))
                        .get("x"))
                .isEqualTo(inner);
    }

    @Test
    void read_wideSizes_givesContents() throws IOException {
        HandmadeZip zip = new HandmadeZip()
                .add(entry("a", "1234").wide(), true)
                .add(entry("b", "5").deflated().wide(), true);

        assertThat(read(zip.finish("a comment", true)).get("a")).hasSize(4);
    }

    @Test
    void next_contentLeftUnread_isPassedOverAndChecked() throws IOException {
        byte[] sound = HandmadeZip.of(entry("a", NOISE).deflated(), entry("b", "2"));
        byte[] damaged = HandmadeZip.of(entry("a", NOISE).deflated().crc(1), entry("b", "2"));

        try (ZipFiles zip = Uploads.arriving(sound, folder, LIMITS)) {
            assertThat(zip.next().name()).isEqualTo("a");
            assertThat(zip.next().name()).isEqualTo("b");
            assertThat(zip.next()).isNull();
            assertThat(zip.next()).isNull();
        }
        try (ZipFiles zip = Uploads.arriving(damaged, folder, LIMITS)) {
            zip.next();
            assertThatThrownBy(zip::next).hasMessageContaining("does not agree with its checksum");
        }
    }

    @Test
    void read_namesOfEveryOrigin_areDecoded() throws IOException {
        byte[] dos = {'M', (byte) 0x81, 'l', 'l', 'e', 'r'};
        byte[] archive = HandmadeZip.of(
                entry("", "1").rawName(dos),
                entry("é", "2").flags(1 << 11),
                entry("Ö", "3"),
                entry("?", "4").unicodePath("日本"));

        assertThat(read(archive).keySet()).containsExactly("Müller", "é", "Ö", "日本");
    }

    /** Finder decomposes accents; the same picture has the same name whichever program packed it. */
    @Test
    void read_nameOfFiveWriters_isOne() throws IOException {
        byte[] dos = {'K', (byte) 0x84, 't', 'z', 'c', 'h', 'e', 'n'};
        for (Entry entry : new Entry[] {
            entry("", "1").rawName(dos),
            entry("Kätzchen", "1"),
            entry("Kätzchen", "1").flags(1 << 11),
            entry("Ka\u0308tzchen", "1"),
            entry("K_tzchen", "1").unicodePath("Kätzchen")
        }) {
            assertThat(read(HandmadeZip.of(entry))).containsOnlyKeys("Kätzchen");
        }
    }

    /** Wherever an archive is cut off, that is noticed: also between two entries, and before the list at the end. */
    @Test
    void read_cutOffAnywhere_isRefused() {
        byte[] archive = HandmadeZip.of(
                entry("a", "stored").follows(Follows.SIGNED),
                entry("b", "deflated, deflated").deflated().follows(Follows.PLAIN));

        for (int length = 0; length < archive.length; length++) {
            byte[] part = Arrays.copyOf(archive, length);
            assertThatThrownBy(() -> read(part)).as("%d bytes", length).isInstanceOf(InvalidUploadException.class);
        }
    }

    /** Whatever happens on the way, it ends in an exception of its own kind. */
    @Test
    void read_withAnyByteChanged_neverFailsOtherwise() {
        byte[] archive = HandmadeZip.of(
                entry("a", "stored").follows(Follows.SIGNED),
                entry("b", "deflated, deflated").deflated().wide(),
                entry("c", "plain").mode(0100644));
        Random random = new Random(5);

        for (int at = 0; at < archive.length; at++) {
            byte[] changed = archive.clone();
            changed[at] ^= (byte) (1 << random.nextInt(8));
            try {
                read(changed);
            } catch (InvalidUploadException expected) {
                assertThat(expected).hasMessageContaining("archive");
            } catch (IOException | RuntimeException e) {
                throw new AssertionError("byte " + at, e);
            }
        }
    }

    @Test
    void read_bombs_stopEarlyWhateverTheHeadersSay() {
        byte[] zeros = new byte[64 << 20];
        for (Entry bomb : new Entry[] {
            entry("bomb", zeros).deflated(),
            entry("bomb", zeros).deflated().unpackedSize(1000),
            entry("bomb", zeros).deflated().follows(Follows.SIGNED)
        }) {
            byte[] archive = HandmadeZip.of(bomb);
            ZipFiles zip = Uploads.arriving(archive, folder, LIMITS);
            assertThatThrownBy(() -> {
                        InputStream content = zip.next().content();
                        byte[] block = new byte[1 << 14];
                        long out = 0;
                        for (int n = content.read(block); n >= 0; n = content.read(block)) {
                            out += n;
                            assertThat(out).isLessThan(20 << 20);
                        }
                    })
                    .isInstanceOf(InvalidUploadException.class)
                    .hasMessageContaining("bomb: it unpacks to more than 200 times its size");
        }
    }

    /** Windows packs files of more than 2 GiB so: a match of Deflate64 can have 65,538 bytes, one of Deflate 258. */
    @Test
    void read_deflate64_givesContents() throws IOException {
        byte[] content = new byte[60_001];
        Arrays.fill(content, (byte) 'a');
        BitSet bits = new BitSet();
        int at = 0;
        at = huffman(bits, at, 0b011, 3, false); // last block, fixed codes
        at = huffman(bits, at, 0x30 + 'a', 8, true); // a literal
        at = huffman(bits, at, 0b11000101, 8, true); // the longest match: 3 and what 16 more bits say
        at = huffman(bits, at, 60_000 - 3, 16, false);
        at = huffman(bits, at, 0, 5, true); // one byte back
        at = huffman(bits, at, 0, 7, true); // the end
        byte[] packed = Arrays.copyOf(bits.toByteArray(), (at + 7) / 8);

        assertThat(read(HandmadeZip.of(entry("a", content).packed(9, packed))).get("a"))
                .isEqualTo(content);
        assertThatThrownBy(() -> read(HandmadeZip.of(entry("a", content).packed(8, packed))))
                .isInstanceOf(InvalidUploadException.class);
    }

    private static int huffman(BitSet bits, int at, int code, int length, boolean highestFirst) {
        for (int i = 0; i < length; i++) {
            bits.set(at + (highestFirst ? length - 1 - i : i), (code >> i & 1) == 1);
        }
        return at + length;
    }

    @Test
    void read_smallFilesThatShrinkALot_areFine() throws IOException {
        assertThat(read(HandmadeZip.of(entry("a", new byte[1 << 20]).deflated()))
                        .get("a"))
                .hasSize(1 << 20);
    }

    static Stream<Object[]> refused() {
        byte[] plain = HandmadeZip.of(entry("a", "1"));
        byte[] trailing = Arrays.copyOf(plain, plain.length + 1);
        ByteArrayOutputStream prefixed = new ByteArrayOutputStream();
        prefixed.writeBytes("#!/bin/sh\n".getBytes(StandardCharsets.UTF_8));
        prefixed.writeBytes(plain);
        return Stream.of(
                row(
                        "link",
                        "link is a link or a special file",
                        entry("a", "1"),
                        entry("link", "/etc/passwd").mode(0120777)),
                row(
                        "device",
                        "dev is a link or a special file",
                        entry("dev", "").mode(0060644)),
                row("encrypted", "a is encrypted", entry("a", "1").flags(1)),
                row(
                        "method",
                        "a is packed with method 14, must be stored (0), deflated (8) or Deflate64 (9)",
                        entry("a", "1").method(14)),
                row(
                        "checksum",
                        "a: its content does not agree with its checksum",
                        entry("a", "1").crc(5)),
                row(
                        "size",
                        "a: its content does not agree",
                        entry("a", "1").deflated().unpackedSize(2)),
                row(
                        "packed size",
                        "a: its content does not agree",
                        entry("a", "11111111111").deflated().packedSize(2)),
                row(
                        "utf-8",
                        "it has a name that is not UTF-8",
                        entry("", "1").rawName(new byte[] {-1}).flags(1 << 11)),
                new Object[] {
                    "listed only",
                    "b: its content does not agree",
                    new HandmadeZip()
                            .add(entry("a", "1"), true)
                            .listOnly(entry("b", "2"))
                            .finish("", false)
                },
                new Object[] {"trailing", "it goes on after its end", trailing},
                new Object[] {"prefixed", "this is not a zip archive", prefixed.toByteArray()},
                new Object[] {"text", "this is not a zip archive", "hello".getBytes(StandardCharsets.UTF_8)},
                new Object[] {"nothing", "this is not a zip archive", new byte[0]});
    }

    private static Object[] row(String what, String message, Entry... entries) {
        return new Object[] {what, message, HandmadeZip.of(entries)};
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refused(String what, String message, byte[] archive) {
        assertThatThrownBy(() -> read(archive))
                .isInstanceOf(InvalidUploadException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void read_archiveWithoutEntries_endsAtOnce(boolean wide) throws IOException {
        assertThat(read(new HandmadeZip().finish("", wide))).isEmpty();
    }

    /** The list is counted before it is read: a small archive can list millions of files in little room. */
    @Test
    void read_moreFilesThanAllowed_isRefusedBeforeTheyAreListed() {
        Entry[] entries =
                IntStream.rangeClosed(0, 100).mapToObj(i -> entry(i + "", "")).toArray(Entry[]::new);
        byte[] archive = HandmadeZip.of(entries);

        assertThatThrownBy(() -> read(archive))
                .isInstanceOf(UploadTooLargeException.class)
                .hasMessage("the upload must have at most 100 files");
    }

    @Test
    void next_whileTheArchiveIsOpen_showsNoFileOfIt() throws IOException {
        try (ZipFiles zip = Uploads.arriving(HandmadeZip.of(entry("a", "1")), folder, LIMITS)) {
            assertThat(zip.next().content()).hasContent("1");
            assertThat(Files.list(folder)).isEmpty();
        }
    }

    @Test
    void next_whoseSenderLeaves_isTold() {
        byte[] half = Arrays.copyOf(HandmadeZip.of(entry("a", NOISE)), 1000);
        try (ZipFiles zip =
                ZipFiles.arriving(new UploadBody(Uploads.broken(half), 5000, Uploads.PACE), folder, LIMITS)) {
            assertThatThrownBy(zip::next).isInstanceOf(BrokenOffException.class);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void next_folderThatIsGone_fails() {
        Path gone = folder.resolve("gone");

        assertThatThrownBy(() -> Uploads.arriving(HandmadeZip.of(entry("a", "1")), gone, LIMITS)
                        .next())
                .isInstanceOf(IOException.class);
    }

    @Test
    void of_fileOfThisMachine_isReadWhereItIs() throws IOException {
        Path archive = Files.write(folder.resolve("x.zip"), HandmadeZip.of(entry("a", "1")));

        assertThat(read(ZipFiles.of(archive, LIMITS))).containsOnlyKeys("a");
        assertThat(archive).exists();
        assertThatThrownBy(() -> read(ZipFiles.of(archive, new UploadLimits(10, 1, 1, 1))))
                .isInstanceOf(UploadTooLargeException.class);
        Files.delete(archive);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(Files.list(folder)).isEmpty();
    }

    private Map<String, byte[]> read(byte[] archive) throws IOException {
        return read(Uploads.arriving(archive, folder, LIMITS));
    }

    private static Map<String, byte[]> read(ZipFiles zip) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (zip) {
            for (IncomingFiles.File file = zip.next(); file != null; file = zip.next()) {
                files.put(file.name(), file.content().readAllBytes());
            }
        }
        return files;
    }

    private static long crc(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return crc.getValue();
    }

    private static byte[] noise(int length) {
        byte[] noise = new byte[length];
        new Random(1).nextBytes(noise);
        return noise;
    }

    private static final class Dripping extends ByteArrayInputStream {
        Dripping(byte[] bytes) {
            super(bytes);
        }

        @Override
        public synchronized int read(byte[] into, int offset, int length) {
            return super.read(into, offset, Math.min(1, length));
        }
    }
}
