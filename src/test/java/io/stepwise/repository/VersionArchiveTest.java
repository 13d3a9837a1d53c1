package io.stepwise.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.repository.files.InvalidModelException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionArchiveTest {
    private static final VersionMetadata METADATA =
            new VersionMetadata("run-7", 5L, Map.of("loss", .5), List.of("cat"), Map.of());

    @TempDir
    Path temporary;

    private ModelRepository repository;
    private ModelVersion version;

    @BeforeEach
    void publish() throws IOException {
        repository = new ModelRepository(temporary.resolve("models"));
        version = repository.publish("faces", folder -> TinyModel.write(folder, 1), METADATA);
    }

    private static byte[] bytes(VersionArchive archive) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        archive.content().writeTo(out);
        return out.toByteArray();
    }

    private static void unpack(byte[] archive, Path folder) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Files.createDirectories(folder.resolve(entry.getName()).getParent());
                Files.copy(zip, folder.resolve(entry.getName()));
            }
        }
    }

    @Test
    void content_ofOneVersion_isAlwaysTheSameBytesAsManyAsPromised() throws IOException {
        VersionArchive archive = VersionArchive.of(version);
        byte[] first = bytes(archive);

        assertThat(bytes(VersionArchive.of(version))).isEqualTo(first);
        assertThat(archive.size()).hasValue(first.length);
        assertThat(archive.fileName()).isEqualTo("faces-1.zip");
    }

    @Test
    void content_ofAVersion_isOneFolderOfAllItsFiles() throws IOException {
        List<String> names = new ArrayList<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes(VersionArchive.of(version))))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                names.add(entry.getName());
                assertThat(zip.readAllBytes())
                        .isEqualTo(Files.readAllBytes(
                                version.folder().resolve(entry.getName().substring("faces-1/".length()))));
            }
        }

        assertThat(names)
                .containsExactly(
                        "faces-1/manifest.json",
                        "faces-1/model_index.json",
                        "faces-1/scheduler/scheduler_config.json",
                        "faces-1/unet/config.json",
                        "faces-1/unet/diffusion_pytorch_model.safetensors");
    }

    @Test
    void fingerprint_ofAnotherVersion_isAnother() throws IOException {
        ModelVersion other = repository.publish("faces", folder -> TinyModel.write(folder, 1), METADATA);

        assertThat(VersionArchive.of(version).fingerprint())
                .matches("[0-9a-f]{64}")
                .isEqualTo(VersionArchive.of(version).fingerprint())
                .isNotEqualTo(VersionArchive.of(other).fingerprint());
    }

    @Test
    void content_ofADamagedVersion_isRefusedBeforeTheFirstByte() throws IOException {
        Files.writeString(version.folder().resolve("unet/config.json"), "{}");
        VersionArchive archive = VersionArchive.of(version);

        assertThatThrownBy(archive::content)
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("unet/config.json")
                .hasMessageContaining("must have");
    }

    @Test
    void content_ofAVersionDeletedMeanwhile_isWrittenToItsEnd() throws IOException {
        repository.publish("faces", folder -> TinyModel.write(folder, 2), METADATA);
        byte[] whole = bytes(VersionArchive.of(version));
        VersionArchive.Content content = VersionArchive.of(version).content();
        ByteArrayOutputStream out = new ByteArrayOutputStream() {
            private boolean begun;

            @Override
            public void write(byte[] bytes, int offset, int length) {
                super.write(bytes, offset, length);
                if (!begun) {
                    begun = true;
                    delete();
                }
            }
        };
        content.writeTo(out);

        assertThat(version.folder()).doesNotExist();
        assertThat(out.toByteArray()).isEqualTo(whole);
    }

    private void delete() {
        try {
            repository.delete("faces", 1);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void take_whatWasArchived_isTheSameModel() throws IOException {
        byte[] archive = bytes(VersionArchive.of(version));

        ModelVersion copy = new ModelIntake(repository)
                .take("copies", folder -> unpack(archive, folder), "upload", (pipeline, metadata) -> {}, null)
                .version();

        Manifest manifest = copy.manifest();
        assertThat(manifest.checkpointSha256()).isEqualTo(version.manifest().checkpointSha256());
        assertThat(manifest.metadata().labels()).containsExactly("cat");
        assertThat(manifest.metadata().run()).isEqualTo("run-7");
        assertThat(manifest.metadata().attributes()).containsEntry("imported_from", "upload");
    }
}
