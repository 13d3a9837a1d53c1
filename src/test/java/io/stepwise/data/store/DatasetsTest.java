package io.stepwise.data.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.data.DatasetSpec;
import io.stepwise.data.FolderDatasetTest;
import io.stepwise.data.ImageDataset;
import io.stepwise.data.InvalidDatasetException;
import io.stepwise.data.faces.FacesDataset;
import io.stepwise.image.Png;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetsTest {
    private static final byte[] PICTURE = Png.encode(FolderDatasetTest.flat(8, 8, 50));

    @TempDir
    Path root;

    @Test
    void open_faces_isBuiltInFiniteAndCached() {
        try (ImageDataset dataset = open("faces")) {
            assertThat(dataset.size()).isEqualTo(FacesDataset.TRAINING_SIZE);
            assertThat(dataset.get(5)).isSameAs(dataset.get(5));
            assertThat(dataset.get(5)).isEqualTo(new FacesDataset(16, 16, 0, 8).get(5));
        }
    }

    @Test
    void open_folder_isReadAndCached() throws IOException {
        Files.createDirectories(root.resolve("cats"));
        Files.write(root.resolve("cats/1.png"), PICTURE);
        try (ImageDataset dataset = open("cats")) {
            assertThat(dataset.name()).isEqualTo("cats");
            assertThat(dataset.get(0)).isSameAs(dataset.get(0));
        }
    }

    @Test
    void open_archive_isRead() throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(root.resolve("cats.zip")))) {
            zip.putNextEntry(new ZipEntry("1.png"));
            zip.write(PICTURE);
        }
        try (ImageDataset dataset = open("cats")) {
            assertThat(dataset.get(0).pixels()).isEqualTo(FolderDatasetTest.flat(16, 16, 50));
        }
    }

    @Test
    void open_unknownName_saysWhereItLooked() {
        assertThatThrownBy(() -> open("dogs"))
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessageContaining("there is no data set dogs")
                .hasMessageContaining("dogs.zip");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "../cats", "a/b", ".hidden", "Cats", "a b", "-x", "a\nb", "cats\n"})
    void spec_badName_isRefused(String name) {
        assertThatThrownBy(() -> new DatasetSpec(name, 16, 16, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be 1 … 64 lower-case letters");
    }

    @Test
    void spec_badShape_isRefused() {
        assertThatThrownBy(() -> new DatasetSpec("cats", 0, 16, 3)).hasMessageContaining("size 0x16");
        assertThatThrownBy(() -> new DatasetSpec("cats", 16, 16, 4)).hasMessageContaining("channels 4");
        assertThatThrownBy(() -> new Datasets(root, -1)).hasMessageContaining("cacheBytes -1");
    }

    private ImageDataset open(String name) {
        return new Datasets(root, 1 << 20).open(new DatasetSpec(name, 16, 16, 3));
    }
}
