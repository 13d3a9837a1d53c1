package io.stepwise.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.repository.ModelRepository.FolderWriter;
import io.stepwise.repository.files.DurableFiles;
import io.stepwise.repository.files.InvalidModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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

    private ModelVersion take(String name, FolderWriter files) throws IOException {
        return intake.take(name, files, "upload", NONE, null).version();
    }

    @Test
    void take_soundFolder_isTheNextVersionAndNothingElse() throws IOException {
        FolderWriter files = folder -> TinyModel.write(folder, 1);
        take("faces", files);
        ModelVersion second = take("faces", files);

        assertThat(second.number()).isEqualTo(2);
        repository.verify(second);
        assertThat(entries()).containsExactly("faces");
    }

    @Test
    void take_sameRequestAgain_isTheVersionThatIsThere() throws IOException {
        FolderWriter files = folder -> TinyModel.write(folder, 1);
        ModelIntake.Taken first = intake.take("faces", files, "upload", NONE, () -> new IdempotencyRecord("k", "c"));
        ModelIntake.Taken again =
                new ModelIntake(repository).take("faces", files, "upload", NONE, () -> new IdempotencyRecord("k", "c"));
        ModelIntake.Taken other = intake.take("faces", files, "upload", NONE, () -> new IdempotencyRecord("l", "c"));

        assertThat(first.isReplay()).isFalse();
        assertThat(again).isEqualTo(new ModelIntake.Taken(first.version(), true));
        assertThat(other.version().number()).isEqualTo(2);
        repository.verify(first.version());
        assertThat(entries()).containsExactly("faces");
    }

    @Test
    void take_keyWithOtherFiles_isRefusedAndLeavesNothing() throws IOException {
        intake.take(
                "faces", folder -> TinyModel.write(folder, 1), "upload", NONE, () -> new IdempotencyRecord("k", "c"));

        assertThatThrownBy(() -> intake.take(
                        "faces",
                        folder -> TinyModel.write(folder, 2),
                        "upload",
                        NONE,
                        () -> new IdempotencyRecord("k", "d")))
                .isInstanceOf(KeyReusedException.class);

        assertThat(repository.versions("faces")).hasSize(1);
        assertThat(entries()).containsExactly("faces");
    }

    @Test
    void take_sameRequestSeveralTimesAtOnce_isOneVersion() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<ModelIntake.Taken>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                ModelIntake own = new ModelIntake(new ModelRepository(root));
                all.add(threads.submit(() -> own.take(
                        "faces",
                        folder -> TinyModel.write(folder, 1),
                        "upload",
                        NONE,
                        () -> new IdempotencyRecord("k", "c"))));
            }
            int replays = 0;
            for (Future<ModelIntake.Taken> each : all) {
                assertThat(each.get().version().number()).isEqualTo(1);
                replays += each.get().isReplay() ? 1 : 0;
            }
            assertThat(replays).isEqualTo(3);
        } finally {
            threads.shutdownNow();
        }
        assertThat(repository.versions("faces")).hasSize(1);
    }

    @Test
    void take_folderOfAVersionThatARequestMade_forgetsThatRequest() throws IOException {
        ModelVersion first = intake.take(
                        "faces",
                        folder -> TinyModel.write(folder, 1),
                        "upload",
                        NONE,
                        () -> new IdempotencyRecord("k", "c"))
                .version();

        ModelVersion copy = take("copies", folder -> repository.exportFolder(first, folder));

        assertThat(IdempotencyRecord.of(first.manifest().metadata())).contains(new IdempotencyRecord("k", "c"));
        assertThat(IdempotencyRecord.of(copy.manifest().metadata())).isEmpty();
    }

    @Test
    void take_folderInAFolder_isTakenOut() throws IOException {
        ModelVersion version = take("faces", folder -> TinyModel.write(folder.resolve("my model"), 1));

        repository.verify(version);
    }

    @Test
    void take_bareNetwork_isTaken() throws IOException {
        ModelVersion version = take("faces", folder -> {
            TinyModel.write(folder, 1);
            Files.move(folder.resolve(PipelineFolder.SCHEDULER_CONFIG), folder.resolve("scheduler_config.json"));
            DurableFiles.deleteTree(folder.resolve("scheduler"));
            Files.delete(folder.resolve(PipelineFolder.MODEL_INDEX));
        });

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
                    DurableFiles.deleteTree(folder.resolve("scheduler"));
                },
                "the noise schedule can't be guessed");
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
        assertThatThrownBy(() -> intake.take(
                        "faces",
                        folder -> TinyModel.write(folder, 1),
                        "upload",
                        (p, m) -> {
                            throw new InvalidModelException("not here");
                        },
                        null))
                .hasMessage("not here");
        assertThat(entries()).isEmpty();
    }

    private void refused(FolderWriter files, String reason) {
        assertThatThrownBy(() -> take("faces", files))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void take_impossibleName_isRefusedBeforeAnythingIsWritten() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> take("../faces", folder -> TinyModel.write(folder, 1)))
                .withMessageContaining("../faces");
    }

    @Test
    void sweep_besideAnImport_removesWhatACrashLeftOnly() throws IOException {
        Path left = Files.createDirectories(root.resolve(".import-left/content"));
        Files.writeString(left.resolve("weights"), "half");
        Files.writeString(left.resolveSibling(".lock"), "");
        Path withoutVersion = Files.createDirectories(root.resolve("new/.publish-left/content"));
        Files.writeString(withoutVersion.resolveSibling(".lock"), "");

        take("faces", folder -> {
            new ModelIntake(new ModelRepository(root)).sweep();
            TinyModel.write(folder, 1);
        });

        assertThat(left.getParent()).doesNotExist();
        assertThat(withoutVersion.getParent()).doesNotExist();
        assertThat(repository.versions("faces")).hasSize(1);
        try (Stream<Path> entries = Files.list(root)) {
            assertThat(entries).noneMatch(entry -> entry.toString().contains(".import-"));
        }
    }
}
