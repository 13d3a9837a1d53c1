package io.stepwise.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.image.Jpeg;
import io.stepwise.image.Pixels;
import io.stepwise.image.Png;
import io.stepwise.image.UnreadableImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

public class FolderDatasetTest {
    private static final Framing SMALL = new Framing(4, 4, 3);

    @TempDir
    Path folder;

    @Test
    void open_flatFolder_isUnlabelledAndSorted() throws IOException {
        write("b.png", 2);
        write("a.PNG", 1);
        Files.writeString(folder.resolve("sub.txt"), "BMP and PNG files");
        write(".hidden.png", 9);
        try (FolderDataset dataset = open()) {
            assertThat(dataset.labels()).isEmpty();
            assertThat(dataset.size()).isEqualTo(2);
            assertThat(dataset.get(0)).isEqualTo(new LabelledImage(flat(4, 4, 1), LabelledImage.NO_LABEL));
            assertThat(dataset.get(1).pixels().sample(0, 0, 0)).isEqualTo(2);
        }
    }

    @Test
    void open_classFolders_labelsInAlphabeticalOrder() throws IOException {
        write("dogs/1.png", 10);
        write("cats/deep/7.png", 20);
        write("cats/2.png", 30);
        write(".git/x.png", 99);
        try (FolderDataset dataset = open()) {
            assertThat(dataset.labels()).containsExactly("cats", "dogs");
            assertThat(dataset.size()).isEqualTo(3);
            assertThat(dataset.get(0).label()).isZero();
            assertThat(dataset.get(0).pixels().sample(0, 0, 0)).isEqualTo(30);
            assertThat(dataset.get(2)).isEqualTo(new LabelledImage(flat(4, 4, 10), 1));
        }
    }

    @Test
    void open_foldersCalledByNumbers_haveThoseNumbers() throws IOException {
        for (int i = 0; i < 12; i++) {
            write(i + "/a.png", 20 * i);
        }
        try (FolderDataset dataset = open()) {
            assertThat(dataset.labels()).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11");
            for (int i = 0; i < 12; i++) {
                LabelledImage image = dataset.get(i);
                assertThat(image.pixels().sample(0, 0, 0)).isEqualTo(20 * image.label());
            }
        }
        try (ImageDataset old = ClassOrder.alphabetical(open())) {
            assertThat(old.labels()).startsWith("0", "1", "10", "11", "2");
            for (int i = 0; i < 12; i++) {
                assertThat(old.label(i)).isEqualTo(old.get(i).label());
                int folder = Integer.parseInt(old.labels().get(old.label(i)));
                assertThat(old.get(i).pixels().sample(0, 0, 0)).isEqualTo(20 * folder);
            }
        }
    }

    @Test
    void classOrder_ofNamesThatAreNotAllNumbers_isAlphabetical() {
        assertThat(ClassOrder.of(List.of("10", "9", "x"))).containsExactly("10", "9", "x");
        assertThat(ClassOrder.of(List.of("010", "9", "10", "9"))).containsExactly("9", "010", "10");
    }

    /** Archives of macOS and its disks decompose accents. */
    @Test
    void open_accentsEncodedDifferently_areOneClassAndOneName() throws IOException {
        write("Ka\u0308tzchen/1.png", 10);
        write("K\u00e4tzchen/2.png", 20);
        write("Hunde/3.png", 30);
        try (FolderDataset dataset = open()) {
            assertThat(dataset.labels()).containsExactly("Hunde", "K\u00e4tzchen");
            assertThat(dataset.key(1)).isEqualTo("K\u00e4tzchen/1.png");
            assertThat(dataset.key(2)).isEqualTo("K\u00e4tzchen/2.png");
        }
        write("K\u00e4tzchen/1.png", 10);
        assertThatThrownBy(() -> open()).hasMessageContaining("differ only in how accents are encoded");
    }

    @Test
    void open_pictureOfAFormatThatIsNotRead_isNotDroppedWithoutAWord() throws IOException {
        write("cats/1.png", 10);
        Files.createDirectories(folder.resolve("dogs"));
        Files.writeString(folder.resolve("dogs/2.HEIC"), "ftypheic");
        try (FolderDataset dataset = open()) {
            assertThat(dataset.labels()).containsExactly("cats", "dogs");
            assertThatThrownBy(() -> dataset.get(1)).hasMessageContaining("dogs/2.HEIC: not a PNG, JPEG");
        }
    }

    /** Windows saves JPEGs as .jfif; some tools save pictures without an extension. */
    @Test
    void open_picturesOfAnyName_areKnownByTheirContent() throws IOException {
        write("cats/1.jfif", 10);
        write("cats/2", 20);
        write("dogs/3.heic", 30); // a PNG, whatever its name says
        try (FolderDataset dataset = open()) {
            assertThat(dataset.labels()).containsExactly("cats", "dogs");
            assertThat(dataset.size()).isEqualTo(3);
            assertThat(dataset.get(1).pixels().sample(0, 0, 0)).isEqualTo(20);
        }
    }

    @Test
    void open_oneWrappingFolder_isLookedThrough() throws IOException {
        write("all/images/dogs/1.png", 10);
        write("all/images/cats/1.png", 10);
        try (FolderDataset dataset = open()) {
            assertThat(dataset.labels()).containsExactly("cats", "dogs");
        }
    }

    @Test
    void open_pictureBesideClassFolders_isRefused() throws IOException {
        write("cats/1.png", 1);
        write("dogs/1.png", 1);
        write("stray.png", 1);
        assertThatThrownBy(() -> open())
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessageContaining("stray.png lies beside them");
    }

    @Test
    void open_withLabelsFile_takesClassesFromIt() throws IOException {
        write("all/b/1.png", 10);
        write("all/a/1.png", 20);
        write("all/2.png", 30);
        Files.writeString(folder.resolve("all/labels.csv"), "file,label\n2.png,wolf\na/1.png,cat\n\"b/1.png\",wolf\n");
        try (FolderDataset dataset = open()) {
            assertThat(dataset.labels()).containsExactly("cat", "wolf");
            assertThat(dataset.size()).isEqualTo(3);
            assertThat(dataset.get(0)).isEqualTo(new LabelledImage(flat(4, 4, 30), 1));
            assertThat(dataset.label(1)).isZero();
            assertThat(dataset.label(2)).isEqualTo(1);
        }
    }

    @Test
    void open_withFaultyLabelsFile_isRefused() throws IOException {
        write("1.png", 10);
        Files.writeString(folder.resolve("labels.csv"), "file,label\n2.png,wolf\n");
        assertThatThrownBy(() -> open())
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessage("data set test: labels.csv has no line for 1.png, and names 2.png, which is not there");
    }

    @Test
    void get_wideJpeg_isCroppedAndReduced() throws IOException {
        byte[] data = new byte[48 * 16 * 3];
        for (int y = 0; y < 16; y++) {
            Arrays.fill(data, (y * 48 + 16) * 3, (y * 48 + 32) * 3, (byte) 255);
        }
        Files.write(folder.resolve("wide.jpeg"), Jpeg.encode(new Pixels(48, 16, 3, data), 1));
        try (FolderDataset dataset = open()) {
            Pixels pixels = dataset.get(0).pixels();
            assertThat(pixels.width()).isEqualTo(4);
            assertThat(pixels.sample(1, 2, 1)).isGreaterThan(240);
            assertThat(pixels.sample(3, 2, 1)).isGreaterThan(240);
        }
    }

    @Test
    void get_smallPictureGreyAsked_isEnlargedAndGrey() throws IOException {
        Files.write(folder.resolve("tiny.png"), Png.encode(flat(2, 3, 77)));
        try (FolderDataset dataset = new FolderDataset("grey", folder, new Framing(8, 8, 1))) {
            assertThat(dataset.get(0).pixels().data()).hasSize(64).containsOnly((byte) 77);
        }
    }

    @Test
    void get_brokenPicture_namesTheFile() throws IOException {
        write("a.png", 1);
        Files.writeString(folder.resolve("broken.png"), "not a picture");
        try (FolderDataset dataset = open()) {
            assertThat(dataset.get(0).pixels()).isNotNull();
            assertThatThrownBy(() -> dataset.get(1))
                    .isInstanceOf(UnreadableImageException.class)
                    .hasMessageStartingWith("broken.png: not a PNG");
        }
    }

    @Test
    void open_emptyOrMissing_isRefused() {
        assertThatThrownBy(() -> open()).hasMessageContaining("has no PNG");
        assertThatThrownBy(() -> new FolderDataset("x", folder.resolve("none"), SMALL))
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessageContaining("there is no folder");
    }

    private FolderDataset open() {
        return new FolderDataset("test", folder, SMALL);
    }

    private void write(String name, int value) throws IOException {
        Path path = folder.resolve(name);
        Files.createDirectories(path.getParent());
        Files.write(path, Png.encode(flat(8, 8, value)));
    }

    public static Pixels flat(int width, int height, int value) {
        byte[] data = new byte[width * height * 3];
        Arrays.fill(data, (byte) value);
        return new Pixels(width, height, 3, data);
    }
}
