package io.stepwise.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.repository.files.FileDigest;
import io.stepwise.repository.files.FolderLock;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.repository.safetensors.Dtype;
import io.stepwise.repository.safetensors.StoredTensors;
import io.stepwise.repository.safetensors.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelRepositoryTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    private Path temporary;

    private Path root;
    private ModelRepository repository;

    @BeforeEach
    void open() {
        root = temporary.resolve("models");
        repository = new ModelRepository(root, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @Test
    void publish_firstVersion_isListedServedAndVerified() throws IOException {
        VersionMetadata metadata = new VersionMetadata(
                "run-7", 1000L, Map.of("loss", 0.25), List.of("cat", "dog"), Map.of("dataset", "faces"));
        ModelVersion version = repository.publish("faces", folder -> TinyModel.write(folder, 1), metadata);

        assertThat(version.number()).isEqualTo(1);
        assertThat(version.folder()).isEqualTo(root.resolve("faces/1"));
        assertThat(repository.models()).containsExactly("faces");
        assertThat(repository.versions("faces")).containsExactly(version);
        assertThat(repository.served("faces")).isEqualTo(version);
        Manifest manifest = repository.verify(version);
        assertThat(manifest.created()).isEqualTo(NOW);
        assertThat(manifest.metadata()).isEqualTo(metadata);
        assertThat(manifest.checkpointSha256())
                .isEqualTo(FileDigest.of(version.folder().resolve(PipelineFolder.WEIGHTS))
                        .sha256());
        assertThat(entries("faces")).containsExactly("1");
    }

    @Test
    void newestFirst_ofSeveral_descendsAndLeavesOutWhatIsNone() throws IOException {
        publish(3);
        Files.createDirectories(root.resolve("faces/9"));

        assertThat(repository.releases("faces"))
                .extracting(ModelVersion::number)
                .containsExactly(3, 2, 1);
        assertThat(repository.releases("nobody")).isEmpty();
        assertThat(repository.path("faces")).isEqualTo(root.resolve("faces"));
    }

    /** What is wrong is what is to be changed. */
    @Test
    void update_whileAVersionIsServedThatDoesNotExist_canServeAnother() throws IOException {
        publish(1);
        Files.writeString(root.resolve("faces/model.json"), "{\"served\": 7}");

        repository.update("faces", settings -> settings.withServedVersion(1));
        assertThat(repository.served("faces").number()).isEqualTo(1);
        assertThatThrownBy(() -> repository.update("nobody", settings -> settings))
                .isInstanceOf(ModelMissingException.class);
    }

    @Test
    void publish_again_countsOn() throws IOException {
        publish(11);
        assertThat(repository.versions("faces"))
                .extracting(ModelVersion::number)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 11).boxed().toList());
        assertThat(repository.served("faces").number()).isEqualTo(11);
    }

    @Test
    void publish_writerFails_leavesNothing() throws IOException {
        publish(1);
        assertThatThrownBy(() -> repository.publish(
                        "faces",
                        folder -> {
                            TinyModel.write(folder, 1);
                            throw new IOException("disk full");
                        },
                        VersionMetadata.NONE))
                .hasMessage("disk full");
        assertThat(entries("faces")).containsExactly("1");
    }

    @Test
    void publish_weightsThatDoNotFit_isRefused() {
        assertThatThrownBy(() -> repository.publish(
                        "faces",
                        folder -> PipelineFolder.write(
                                folder,
                                TinyModel.config(),
                                SchedulerConfigJson.defaults("DDPMScheduler"),
                                List.of(new Tensor("conv_in.bias", List.of(4), new float[4], 0)),
                                Dtype.F32),
                        VersionMetadata.NONE))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("conv_in.weight is missing");
    }

    @Test
    void publish_severalAtOnce_allSucceedWithDifferentNumbers() throws Exception {
        int publishers = 6;
        CyclicBarrier barrier = new CyclicBarrier(publishers);
        ExecutorService threads = Executors.newFixedThreadPool(publishers);
        try {
            List<Future<ModelVersion>> versions = new ArrayList<>();
            for (int i = 0; i < publishers; i++) {
                float value = i;
                ModelRepository own = new ModelRepository(root);
                versions.add(threads.submit(() -> own.publish(
                        "faces",
                        folder -> {
                            TinyModel.write(folder, value);
                            await(barrier);
                        },
                        VersionMetadata.NONE)));
            }
            for (int i = 0; i < publishers; i++) {
                ModelVersion version = versions.get(i).get();
                repository.verify(version);
                assertThat(version.pipeline().weights()).isEqualTo(TinyModel.weights(i));
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(entries("faces")).containsExactly("1", "2", "3", "4", "5", "6");
    }

    @Test
    void served_pinnedNumber_isThatVersionUntilSetBack() throws IOException {
        publish(3);
        repository.update("faces", settings -> settings.withServedVersion(2));
        assertThat(repository.served("faces").number()).isEqualTo(2);
        assertThat(Files.readString(root.resolve("faces/model.json"))).contains("\"served\" : 2");
        repository.update("faces", settings -> settings.withServedVersion(null));
        assertThat(repository.served("faces").number()).isEqualTo(3);
        assertThat(Files.readString(root.resolve("faces/model.json"))).contains("\"served\" : \"latest\"");
    }

    @Test
    void settings_writtenByHand_areRead() throws IOException {
        publish(1);
        Files.writeString(
                root.resolve("faces/model.json"), "{\"labels\": [\"a\"], \"description\": \"d\", \"served\": 1}");
        assertThat(repository.settings("faces")).isEqualTo(new ModelSettings("d", List.of("a"), 1, false, List.of()));
    }

    @Test
    void served_whatIsNotThere_isNotFound() throws IOException {
        publish(1);
        assertThatThrownBy(() -> repository.served("dogs"))
                .isInstanceOf(ModelMissingException.class)
                .hasMessage("there is no model dogs, must be one of [faces]");
        assertThatThrownBy(() -> repository.version("faces", 2))
                .isInstanceOf(ModelMissingException.class)
                .hasMessage("model faces has no version 2, must be one of [1]");
        assertThatThrownBy(() -> repository.update("faces", settings -> settings.withServedVersion(2)))
                .isInstanceOf(ModelMissingException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".hidden", "../etc", "a/b", "A", "a b", "-a", "a\\b", "ä"})
    void versions_nameThatIsNone_isRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repository.versions(name))
                .withMessageContaining("must be 1 … 64 lower-case letters");
    }

    @Test
    void versions_nameOfSixtyFive_isRefused() throws IOException {
        assertThat(repository.versions("a".repeat(64))).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> repository.versions("a".repeat(65)));
    }

    @Test
    void prune_manyVersions_keepsNewestServedAndPinned() throws IOException {
        publish(6);
        repository.update("faces", s -> s.withServedVersion(2).withPinned(List.of(3)));
        assertThat(repository.prune("faces", 2)).containsExactly(1, 4);
        assertThat(repository.versions("faces"))
                .extracting(ModelVersion::number)
                .containsExactly(2, 3, 5, 6);
    }

    private ModelVersion publishCandidate() throws IOException {
        return repository.publish(
                "faces",
                folder -> TinyModel.write(folder, 1),
                new VersionMetadata(null, null, Map.of(), List.of(), Map.of(VersionMetadata.CANDIDATE, "true")));
    }

    @Test
    void served_candidatesAfterARelease_areLeftOut() throws IOException {
        publish(1);
        assertThat(publishCandidate().isCandidate()).isTrue();
        publishCandidate();
        assertThat(repository.served("faces").number()).isEqualTo(1);
        assertThat(repository.prune("faces", 1)).containsExactly(2);
        repository.update("faces", settings -> settings.withServedVersion(3));
        assertThat(repository.served("faces").number()).isEqualTo(3);
    }

    @Test
    void served_onlyCandidates_isNoneUntilOneIsChosen() throws IOException {
        publishCandidate();
        publishCandidate();
        assertThatThrownBy(() -> repository.served("faces"))
                .isInstanceOf(ModelMissingException.class)
                .hasMessageContaining("has only candidates");
        assertThat(repository.prune("faces", 1)).containsExactly(1);
    }

    @Test
    void settings_latest_isAChoiceOnlyWhereSomebodyMadeIt() throws IOException {
        publish(1);
        assertThat(repository.settings("faces").followsLatest()).isFalse();
        repository.update("faces", settings -> settings.withPinned(List.of(1)));
        assertThat(repository.settings("faces").followsLatest()).isFalse();
        repository.update("faces", settings -> settings.withServedVersion(null));
        assertThat(repository.settings("faces").followsLatest()).isTrue();
        repository.update("faces", settings -> settings.withServedVersion(1));
        assertThat(repository.settings("faces").followsLatest()).isFalse();
    }

    @Test
    void prune_versionsThatWereJudged_keepsTheBest() throws IOException {
        for (double quality : new double[] {.5, .2, .4, .3}) {
            repository.publish(
                    "faces",
                    folder -> TinyModel.write(folder, 1),
                    of("run-7", null, Map.of("sliced_wasserstein", quality)));
        }
        publish(2);
        assertThat(repository.prune("faces", 1)).containsExactly(1, 3, 4, 5);
        assertThat(repository.versions("faces"))
                .extracting(ModelVersion::number)
                .containsExactly(2, 6);
    }

    @Test
    void prune_versionWhoseManifestIsBroken_isNotKeptAsTheBest() throws IOException {
        publish(3);
        Files.writeString(root.resolve("faces/1/manifest.json"), "{");
        assertThat(repository.prune("faces", 1)).containsExactly(1, 2);
    }

    @Test
    void prune_whileOthersPin_neverDeletesWhatIsPinned() throws Exception {
        int rounds = 20;
        ModelRepository other = new ModelRepository(root);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            for (int i = 0; i < rounds; i++) {
                int first = publish(3).number() - 2;
                Future<Boolean> pinned = thread.submit(() -> {
                    try {
                        other.update("faces", settings -> settings.withPinned(List.of(first)));
                        return true;
                    } catch (ModelMissingException e) {
                        return false; // pruned before, and the one who pins is told so
                    }
                });
                boolean deleted = repository.prune("faces", 1).contains(first);
                assertThat(pinned.get()).isNotEqualTo(deleted);
                assertThat(repository.settings("faces").pinned().contains(first))
                        .isNotEqualTo(deleted);
            }
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void publishOnce_sameRunAndStep_isTheSameVersion() throws IOException {
        ModelVersion first = repository.publishOnce("faces", folder -> TinyModel.write(folder, 1), of("run-7", 5L));
        assertThat(repository.publishOnce("faces", folder -> TinyModel.write(folder, 1), of("run-7", 5L)))
                .isEqualTo(first);
        assertThat(repository
                        .publishOnce("faces", folder -> TinyModel.write(folder, 1), of("run-7", 6L))
                        .number())
                .isEqualTo(2);
        assertThat(repository
                        .publishOnce("faces", folder -> TinyModel.write(folder, 1), of("run-8", 5L))
                        .number())
                .isEqualTo(3);
        assertThat(entries("faces")).containsExactly("1", "2", "3");
    }

    @Test
    void publishOnce_severalAtOnce_oneVersion() throws Exception {
        int publishers = 4;
        CyclicBarrier barrier = new CyclicBarrier(publishers);
        ExecutorService threads = Executors.newFixedThreadPool(publishers);
        try {
            List<Future<ModelVersion>> versions = new ArrayList<>();
            for (int i = 0; i < publishers; i++) {
                ModelRepository own = new ModelRepository(root);
                versions.add(threads.submit(() -> own.publishOnce(
                        "faces",
                        folder -> {
                            TinyModel.write(folder, 1);
                            await(barrier);
                        },
                        of("run-7", 5L))));
            }
            for (Future<ModelVersion> version : versions) {
                assertThat(version.get().number()).isEqualTo(1);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(entries("faces")).containsExactly("1");
    }

    private static VersionMetadata of(String run, Long step) {
        return of(run, step, Map.of());
    }

    private static VersionMetadata of(String run, Long step, Map<String, Double> metrics) {
        return new VersionMetadata(run, step, metrics, List.of(), Map.of());
    }

    @Test
    void delete_servedVersion_isRefused() throws IOException {
        publish(2);
        assertThatIllegalStateException()
                .isThrownBy(() -> repository.delete("faces", 2))
                .withMessageContaining("version 2 of model faces is served");
    }

    @Test
    void delete_newestVersion_itsNumberIsNotUsedAgain() throws IOException {
        publish(2);
        repository.update("faces", settings -> settings.withServedVersion(1));
        repository.delete("faces", 2);
        assertThat(repository.versions("faces")).hasSize(1);
        assertThat(publish(1).number()).isEqualTo(3);
    }

    @Test
    void importFolder_exportedVersion_isTheSameCheckpoint() throws IOException {
        VersionMetadata metadata = new VersionMetadata("run-7", 5L, Map.of(), List.of("cat"), Map.of());
        ModelVersion version = repository.publish("faces", folder -> TinyModel.write(folder, 1), metadata);
        Path exported = temporary.resolve("exported");
        repository.exportFolder(version, exported);
        ModelVersion copy = repository.importFolder(exported, "copies");

        assertThat(copy.manifest().checkpointSha256())
                .isEqualTo(version.manifest().checkpointSha256());
        assertThat(copy.manifest().metadata().labels()).containsExactly("cat");
        assertThat(copy.manifest().metadata().attributes()).containsEntry("imported_from", "exported");
    }

    @Test
    void importHalf_isTheSameModelInHalfTheSpace() throws IOException {
        ModelVersion version = repository.publish(
                "faces",
                folder -> {
                    TinyModel.write(folder, 1.0001f);
                    Files.writeString(folder.resolve("training.json"), "{}");
                },
                VersionMetadata.NONE);

        ModelVersion half = repository.importFolder(version.folder(), "half", true);

        assertThat(half.network().weights()).containsOnly(1);
        assertThat(half.manifest().files()).containsKey("training.json");
        try (StoredTensors stored = StoredTensors.open(half.folder().resolve(PipelineFolder.WEIGHTS))) {
            assertThat(stored.dtype("conv_in.weight")).isEqualTo(Dtype.F16);
        }
        Path large = temporary.resolve("large");
        TinyModel.write(large, 65505);
        assertThatThrownBy(() -> repository.importFolder(large, "half", true))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("65505.0, must be at most 65504");
    }

    @Test
    void importFolder_weightsThatAreNotFinite_isRefused() throws IOException {
        Path source = temporary.resolve("source");
        TinyModel.write(source, Float.NaN);
        assertThatThrownBy(() -> repository.importFolder(source, "faces"))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("must be finite");
        assertThat(repository.models()).isEmpty();
    }

    private ModelVersion publish(int times) throws IOException {
        ModelVersion last = null;
        for (int i = 0; i < times; i++) {
            last = repository.publish("faces", folder -> TinyModel.write(folder, 1), VersionMetadata.NONE);
        }
        return last;
    }

    private List<String> entries(String model) throws IOException {
        try (Stream<Path> entries = Files.list(root.resolve(model))) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> !name.equals(FolderLock.FILE))
                    .sorted()
                    .toList();
        }
    }

    private static void await(CyclicBarrier barrier) throws IOException {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
