package io.stepwise.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.image.Png;
import io.stepwise.image.UnreadableImageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZipDatasetTest {
    private static final byte[] PICTURE = Png.encode(FolderDatasetTest.flat(8, 8, 50));

    @TempDir
    Path folder;

    @Test
    void open_classFolders_labelsAndImages() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("set/dogs/1.png", PICTURE);
        files.put("set/cats/1.png", Png.encode(FolderDatasetTest.flat(8, 8, 7)));
        files.put("set/readme.txt", new byte[3]);
        files.put("__MACOSX/set/cats/._1.png", new byte[3]);
        try (ZipDataset dataset = open(files, ZipDataset.Limits.DEFAULT)) {
            assertThat(dataset.labels()).containsExactly("cats", "dogs");
            assertThat(dataset.size()).isEqualTo(2);
            assertThat(dataset.get(0)).isEqualTo(new LabelledImage(FolderDatasetTest.flat(4, 4, 7), 0));
        }
    }

    @Test
    void open_namesWithDots_areThoseOfAnUpload() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("./cats//1.png", PICTURE);
        files.put("./do\u0308gs/./2.png", PICTURE);
        try (ZipDataset dataset = open(files, ZipDataset.Limits.DEFAULT)) {
            assertThat(dataset.labels()).containsExactly("cats", "d\u00f6gs");
            assertThat(dataset.key(0)).isEqualTo("cats/1.png");
            assertThat(dataset.key(1)).isEqualTo("d\u00f6gs/2.png");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil.png", "a/../../evil.png", "/etc/evil.png", "C:/evil.png", "a\\..\\evil.png"})
    void open_nameThatLeavesTheArchive_isRefused(String name) throws IOException {
        Path archive = archive(Map.of(name, PICTURE));
        assertThatThrownBy(() -> open(archive, ZipDataset.Limits.DEFAULT))
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessageContaining("is refused")
                .hasMessageContaining("must be relative");
    }

    @Test
    void open_tooManyEntries_isRefused() throws IOException {
        Path archive = archive(Map.of("a.png", PICTURE, "b.png", PICTURE, "c.png", PICTURE));
        assertThatThrownBy(() -> open(archive, new ZipDataset.Limits(2, 1000, 200)))
                .hasMessageContaining("data set test: the archive must have at most 2 files");
    }

    @Test
    void open_compressionBomb_isRefused() throws IOException {
        Path archive = archive(Map.of("bomb.png", new byte[16 << 20]));
        assertThat(Files.size(archive)).isLessThan(40_000);
        assertThatThrownBy(() -> open(archive, ZipDataset.Limits.DEFAULT))
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessageContaining("bomb.png: it unpacks to more than 200 times its size");
    }

    @Test
    void open_entryTooLarge_isRefused() throws IOException {
        Path archive = archive(Map.of("large.png", new byte[2000]));
        assertThatThrownBy(() -> open(archive, new ZipDataset.Limits(10, 1999, 200)))
                .hasMessageContaining("unpacks to 2000 bytes, must be at most 1999");
    }

    @Test
    void get_bombWithLyingHeader_stopsUnpacking() throws IOException {
        Path archive = archive(Map.of("bomb.png", new byte[16 << 20]));
        byte[] bytes = Files.readAllBytes(archive);
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int directory = file.getInt(bytes.length - 22 + 16);
        file.putInt(directory + 24, 5000);
        Files.write(archive, bytes);
        try (ZipDataset dataset = open(archive, ZipDataset.Limits.DEFAULT)) {
            assertThatThrownBy(() -> dataset.get(0))
                    .isInstanceOf(UnreadableImageException.class)
                    .hasMessageContaining("bomb.png");
        }
    }

    @Test
    void get_hugePicture_isRefusedByItsHeader() throws IOException {
        byte[] picture = PICTURE.clone();
        ByteBuffer.wrap(picture).putInt(16, 40_000).putInt(20, 40_000);
        CRC32 crc = new CRC32();
        crc.update(picture, 12, 17);
        ByteBuffer.wrap(picture).putInt(29, (int) crc.getValue());
        try (ZipDataset dataset = open(Map.of("huge.png", picture), ZipDataset.Limits.DEFAULT)) {
            assertThatThrownBy(() -> dataset.get(0))
                    .isInstanceOf(UnreadableImageException.class)
                    .hasMessageContaining("huge.png: picture of 40000x40000 pixels is too large");
        }
    }

    @Test
    void open_sameNameTwice_isRefused() throws IOException {
        Path archive = archive(Map.of("same1.png", PICTURE, "same2.png", PICTURE));
        String bytes = Files.readString(archive, StandardCharsets.ISO_8859_1);
        Files.writeString(archive, bytes.replace("same2", "same1"), StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> open(archive, ZipDataset.Limits.DEFAULT)).hasMessageContaining("same1.png twice");
    }

    @Test
    void open_notAnArchive_isRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("x.zip"), "hello");
        assertThatThrownBy(() -> open(file, ZipDataset.Limits.DEFAULT))
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessageContaining("data set test: this is not a zip archive");
        assertThatThrownBy(() -> open(folder.resolve("none.zip"), ZipDataset.Limits.DEFAULT))
                .hasMessageContaining("there is no file");
    }

    private ZipDataset open(Map<String, byte[]> files, ZipDataset.Limits limits) throws IOException {
        return open(archive(files), limits);
    }

    private static ZipDataset open(Path archive, ZipDataset.Limits limits) {
        return new ZipDataset("test", archive, new Framing(4, 4, 3), limits);
    }

    private Path archive(Map<String, byte[]> files) throws IOException {
        Path archive = folder.resolve("archive.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue());
                zip.closeEntry();
            }
        }
        return archive;
    }
}
