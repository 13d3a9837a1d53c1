package io.stepwise.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.repository.ModelRepository.FolderWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelIntakeTest {
    private static final ModelIntake.Check NONE = (pipeline, metadata) -> {};

    @TempDir
    Path root;

    private ModelRepository repository;
    private ModelIntake intake;

    @BeforeEach
    void open() {
        repository = new ModelRepository(root);
        intake = new ModelIntake(repository);
    }

    private List<String> entries() throws IOException {
        try (Stream<Path> entries = Files.list(root)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void take_soundFolder_isTheNextVersionAndNothingElse() throws IOException {
        FolderWriter files = folder -> TinyModel.write(folder, 1);
        intake.take("faces", files, "upload", NONE);
        ModelVersion second = intake.take("faces", files, "upload", NONE);

        assertThat(second.number()).isEqualTo(2);
        repository.verify(second);
        assertThat(entries()).containsExactly("faces");
    }

    @Test
    void take_folderInAFolder_isTakenOut() throws IOException {
        ModelVersion version =
                intake.take("faces", folder -> TinyModel.write(folder.resolve("my model"), 1), "upload", NONE);

        repository.verify(version);
    }

    @Test
    void take_bareNetwork_isTaken() throws IOException {
        ModelVersion version = intake.take(
                "faces",
                folder -> {
                    TinyModel.write(folder, 1);
                    DurableFiles.deleteTree(folder.resolve("scheduler"));
                    Files.delete(folder.resolve(PipelineFolder.MODEL_INDEX));
                },
                "upload",
                NONE);

        repository.verify(version);
    }

    @Test
    void take_anythingThatIsRefused_leavesNothing() throws IOException {
        refused(folder -> {}, "no diffusers folder");
        refused(folder -> Files.writeString(folder.resolve("config.json"), "{}"), "no weights");
        refused(folder -> TinyModel.write(folder, Float.POSITIVE_INFINITY), "must be finite");
        refused(
                folder -> {
                    TinyModel.write(folder, 1);
                    Files.writeString(folder.resolve(PipelineFolder.UNET_CONFIG), "{\"layers_per_block\": 1000000}");
                },
                "layers_per_block");
        refused(
                folder -> {
                    TinyModel.write(folder, 1);
                    throw new InvalidModelException("the sender says so");
                },
                "the sender says so");
        assertThatThrownBy(() -> intake.take("faces", folder -> TinyModel.write(folder, 1), "upload", (p, m) -> {
                    throw new InvalidModelException("not here");
                }))
                .hasMessage("not here");
        assertThat(entries()).isEmpty();
    }

    private void refused(FolderWriter files, String reason) {
        assertThatThrownBy(() -> intake.take("faces", files, "upload", NONE))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void take_impossibleName_isRefusedBeforeAnythingIsWritten() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> intake.take("../faces", folder -> TinyModel.write(folder, 1), "upload", NONE))
                .withMessageContaining("../faces");
    }

    @Test
    void take_besideWhatACrashLeft_removesItOnceItIsOld() throws IOException {
        Path left = Files.createDirectories(root.resolve(".import-left"));
        Files.writeString(left.resolve("weights"), "half");
        intake.take("faces", folder -> TinyModel.write(folder, 1), "upload", NONE);
        assertThat(left).as("somebody may be writing to it").exists();

        Clock later = Clock.fixed(Instant.now().plus(Duration.ofHours(2)), ZoneOffset.UTC);
        new ModelIntake(repository, later).take("faces", folder -> TinyModel.write(folder, 1), "upload", NONE);
        assertThat(left).doesNotExist();
    }
}
