package io.stepwise.serving.versions;

import static io.stepwise.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.repository.FolderState;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelSettings;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.PipelineFolder;
import io.stepwise.repository.VersionMetadata;
import io.stepwise.serving.GenerationService;
import io.stepwise.serving.ModelDescription;
import io.stepwise.serving.engine.EngineSettings;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.InvalidGenerationException;
import io.stepwise.serving.request.NotReadyException;
import io.stepwise.serving.request.UnknownModelException;
import io.stepwise.serving.request.VersionNotFoundException;
import io.stepwise.serving.request.VersionRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How serving follows the repository, on the smallest network of the golden data. */
@Tag("libtorch")
class HotReloadTest {
    private static final Path TINY = Path.of(System.getProperty("golden.dir")).resolve("unet-tiny");

    @TempDir
    Path models;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<GenerationService> services = new ArrayList<>();
    private ModelRepository repository;
    private Workshop workshop;

    @BeforeEach
    void prepare() throws IOException {
        repository = new ModelRepository(models);
        workshop = new Workshop(repository, "faces", TINY, VersionMetadata.NONE);
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (GenerationService service : services) {
            service.close();
        }
    }

    private GenerationService start() {
        return start(1L << 30);
    }

    private GenerationService start(long memory) {
        GenerationService service = new GenerationService(
                repository,
                "faces",
                new EngineSettings(2, 1, 2, 4096, EngineSettings.DEFAULT_STRETCH),
                new ReloadSettings(Duration.ofMillis(20), memory),
                registry,
                InstantSource.system(),
                ForkJoinPool.commonPool());
        services.add(service);
        return service;
    }

    private GenerationService startServing(int version) throws Exception {
        GenerationService service = start();
        awaitServes(service, version);
        return service;
    }

    private static CompletableFuture<Generation> submit(
            GenerationService service, String model, Integer version, int steps) {
        return service.submit(new GenerationRequest(model, version, 1, 3, steps, SamplerName.DDIM, null, 1, 5, null));
    }

    private static Generation generate(GenerationService service, String model, Integer version) throws Exception {
        try {
            return submit(service, model, version, 2).get(1, TimeUnit.MINUTES);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private static void awaitServes(GenerationService service, int version) throws Exception {
        String expected = "Serving faces version " + version;
        await(expected, () -> service.readiness().detail().startsWith(expected));
    }

    private static void awaitRefused(GenerationService service, ModelVersion version) throws Exception {
        await(version + " is refused", () -> refusal(service, version) != null);
    }

    private static String refusal(GenerationService service, ModelVersion version) throws IOException {
        return service.catalog()
                .version(version.model(), version.number())
                .state()
                .refused();
    }

    private double reloads(String outcome) {
        return registry.find("stepwise.reloads").tag("outcome", outcome).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private double memory() {
        return registry.get("stepwise.models.memory").gauge().value();
    }

    @Test
    void publish_newVersion_servesByItself() throws Exception {
        workshop.publish(0);
        GenerationService service = startServing(1);
        Generation before = generate(service, null, null);

        workshop.publish(1);
        awaitServes(service, 2);
        Generation after = generate(service, null, null);

        assertThat(before.version()).isEqualTo(1);
        assertThat(after.version()).isEqualTo(2);
        assertThat(after.checkpointSha256()).isNotEqualTo(before.checkpointSha256());
        assertThat(after.images().get(0).pixels())
                .isNotEqualTo(before.images().get(0).pixels());
        assertThat(registry.get("stepwise.model.version")
                        .tag("model", "faces")
                        .gauge()
                        .value())
                .isEqualTo(2);
        assertThat(reloads("loaded")).isEqualTo(2);
        assertThat(registry.get("stepwise.reload").timer().count()).isEqualTo(2);
    }

    @Test
    void publish_whileARequestRuns_letsItEndWithItsVersionAndThenFreesThat() throws Exception {
        workshop.publish(0);
        GenerationService service = startServing(1);
        double one = memory();
        CompletableFuture<Generation> slow = submit(service, null, null, 1000);

        workshop.publish(1);
        awaitServes(service, 2);
        assertThat(slow).isNotDone();
        assertThat(memory()).as("both are in memory").isEqualTo(2 * one);
        assertThat(generate(service, null, null).version()).isEqualTo(2);

        Generation end = slow.get(1, TimeUnit.MINUTES);
        assertThat(end.version()).isEqualTo(1);
        await("the old one is freed", () -> memory() == one);
        assertThat(registry.find("stepwise.engine.batch").gauges())
                .extracting(gauge -> gauge.getId().getTag("version"))
                .containsExactly("2");
    }

    /** Rows of a cancelled request may still be in a batch when the version they need is told to leave. */
    @Test
    void publish_whileRequestsAreCancelled_freesTheOldVersionAndBreaksNothing() throws Exception {
        workshop.publish(0);
        GenerationService service = startServing(1);
        double one = memory();
        for (int version = 2; version <= 6; version++) {
            List<CompletableFuture<Generation>> given = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                given.add(submit(service, null, null, 500));
            }
            workshop.publish(version);
            for (int i = 0; i < 20; i++) {
                generateOne(service);
                given.get(i).cancel(true);
            }
            awaitServes(service, version);
        }

        await("all others are freed", () -> memory() == one);
        assertThat(registry.get("stepwise.engine.failures").counters())
                .allSatisfy(failures -> assertThat(failures.count()).isZero());
        assertThat(generate(service, null, null).version()).isEqualTo(6);
    }

    private static void generateOne(GenerationService service) throws Exception {
        submit(service, null, null, 1).get(1, TimeUnit.MINUTES);
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void publish_brokenVersion_isRefusedOnceAndTheOldOneServesOn(Damage damage) throws Exception {
        workshop.publish(0);
        GenerationService service = startServing(1);
        double memory = memory();

        ModelVersion broken = workshop.publish(damage);
        awaitRefused(service, broken);
        await("it is said", () -> service.readiness().detail().contains("version 2"));

        assertThat(generate(service, null, null).version()).isEqualTo(1);
        assertThat(service.readiness().ready()).isTrue();
        assertThatThrownBy(() -> generate(service, "faces", 2)).isInstanceOf(VersionRefusedException.class);
        assertThat(reloads("refused")).as("tried once, whoever asks").isEqualTo(1);
        assertThat(memory()).as("nothing of it is left").isEqualTo(memory);

        workshop.publish(1);
        awaitServes(service, 3);
        assertThat(service.readiness().detail()).isEqualTo("Serving faces version 3.");
        assertThat(reloads("refused")).isEqualTo(1);
    }

    @Test
    void publish_brokenVersionThatIsRepaired_servesThen() throws Exception {
        workshop.publish(0);
        GenerationService service = startServing(1);
        ModelVersion version = workshop.publish(Damage.BIT_FLIPPED);
        awaitRefused(service, version);

        Damage.BIT_FLIPPED.doTo(version.folder()); // flips it back
        awaitServes(service, 2);

        assertThat(refusal(service, version)).isNull();
        assertThat(reloads("refused")).isEqualTo(1);
    }

    /** Its classes are vectors, which nobody sends. */
    @Test
    void publish_networkThatCannotTakeAStep_isRefused() throws Exception {
        new Workshop(repository, "faces", TINY.resolveSibling("unet-resnetblocks-identity"), VersionMetadata.NONE)
                .publish(0);
        GenerationService service = start();
        await("it has started", () -> service.readiness().started());

        assertThat(service.readiness().detail()).contains("version 1", "the network can't take a step: ");
    }

    /** Between the check of its checksums and the reading of its weights. */
    @Test
    void weights_fileVanishesWhileItIsRead_isAFaultOfTheVersion() throws Exception {
        ModelVersion version = workshop.publish(0);
        VersionFiles files = VersionFiles.verify(repository, version);
        Files.delete(version.folder().resolve(PipelineFolder.WEIGHTS));

        FailedVersions refusals = new FailedVersions(() -> 0);
        FolderState after = FolderState.of(version.folder());
        assertThatThrownBy(() -> files.readWeights((offset, values, count) -> {}))
                .isInstanceOfSatisfying(IOException.class, e -> assertThat(refusals.add(version, after, e))
                        .isEqualTo("unet/diffusion_pytorch_model.safetensors is missing"));
        assertThat(refusals.stands(version, after, true)).isTrue();
    }

    @Test
    void start_newestVersionIsBroken_servesTheNewestSoundOneAndSaysSo() throws Exception {
        workshop.publish(0);
        workshop.publish(1);
        workshop.publish(Damage.TRUNCATED);
        workshop.publish(Damage.NOT_FINITE);

        GenerationService service = startServing(2);

        assertThat(service.readiness().ready()).isTrue();
        assertThat(service.readiness().detail())
                .contains("version 4", "must be finite")
                .contains("version 3", "bytes");
    }

    @Test
    void start_pinnedVersionIsBroken_isNotReadyUntilAnotherIsPinned() throws Exception {
        workshop.publish(0);
        ModelVersion broken = workshop.publish(Damage.FILE_MISSING);
        repository.update("faces", settings -> settings.withServedVersion(broken.number()));
        GenerationService service = start();
        await("it has started", () -> service.readiness().started());

        assertThat(service.readiness().ready()).isFalse();
        assertThat(service.readiness().detail())
                .contains("faces", "version 2", "scheduler/scheduler_config.json is missing");
        assertThatThrownBy(() -> generate(service, null, null)).isInstanceOf(NotReadyException.class);
        assertThat(generate(service, null, 1).version())
                .as("asked for by its number")
                .isEqualTo(1);

        repository.update("faces", settings -> settings.withServedVersion(1));
        awaitServes(service, 1);
        assertThat(generate(service, null, null).version()).isEqualTo(1);
    }

    /** What a process leaves that the system ended for the memory it took. */
    @Test
    void start_afterADeathWhileLoading_servesTheVersionBeforeUntilAskedForIt() throws Exception {
        workshop.publish(0);
        workshop.publish(1);
        Path mark = Files.writeString(models.resolve("faces/.loading-2"), "3");

        GenerationService service = startServing(1);
        assertThat(service.readiness().detail())
                .contains(
                        "version 2", "died while it loaded this version, 3 times in a row", "PUT /models/faces/served");
        assertThat(mark).as("nobody has tried again").hasContent("3");

        assertThat(service.catalog()
                        .serve("faces", 2, model -> {})
                        .get(1, TimeUnit.MINUTES)
                        .servedVersion())
                .isEqualTo(2);
        assertThat(service.readiness().detail()).isEqualTo("Serving faces version 2.");
        assertThat(mark).doesNotExist();
    }

    @Test
    void publish_candidate_servesOnlyWhenItIsChosen() throws Exception {
        workshop.publish(0);
        GenerationService service = startServing(1);
        Map<String, String> candidate = Map.of(VersionMetadata.CANDIDATE, "true");
        VersionMetadata metadata = new VersionMetadata(null, null, Map.of(), List.of(), candidate);
        new Workshop(repository, "faces", TINY, metadata).publish(1);
        assertThat(generate(service, "faces", 2).version())
                .as("asked for by its number")
                .isEqualTo(2);
        assertThat(service.readiness().detail()).isEqualTo("Serving faces version 1.");
        assertThat(service.catalog().model("faces").servedVersion()).isEqualTo(1);

        service.catalog().serve("faces", 2, model -> {}).get(1, TimeUnit.MINUTES);
        assertThat(service.readiness().detail()).isEqualTo("Serving faces version 2.");
        service.catalog().serve("faces", null, model -> {}).get(1, TimeUnit.MINUTES);
        assertThat(service.readiness().detail()).isEqualTo("Serving faces version 1.");
        workshop.publish(2);
        awaitServes(service, 3);
    }

    @Test
    void start_withoutAnyModel_servesTheFirstThatIsPublished() throws Exception {
        GenerationService service = start();
        await("it has started", () -> service.readiness().started());
        assertThat(service.readiness().ready()).isFalse();

        workshop.publish(0);
        awaitServes(service, 1);
        assertThat(generate(service, null, null).version()).isEqualTo(1);
    }

    @Test
    void settings_changedByAnotherProcess_areFollowed() throws Exception {
        workshop.publish(0);
        workshop.publish(1);
        GenerationService service = startServing(2);

        repository.update("faces", settings -> settings.withServedVersion(1));
        awaitServes(service, 1);
        workshop.publish(2);
        await(
                "the new one is there",
                () -> service.catalog().model("faces").versions().size() == 3);
        assertThat(generate(service, null, null).version()).as("still pinned").isEqualTo(1);

        repository.update("faces", settings -> settings.withServedVersion(null));
        awaitServes(service, 3);
    }

    @Test
    void settings_thatMakeNoSense_changeNothing() throws Exception {
        workshop.publish(0);
        GenerationService service = startServing(1);

        Files.writeString(models.resolve("faces/model.json"), "{\"served\": 7}");
        await("it is said", () -> service.readiness().detail().contains("no version 7"));
        assertThat(service.readiness().ready()).isTrue();
        Files.writeString(models.resolve("faces/model.json"), "{\"served\":");
        await("it is said", () -> service.readiness().detail().contains("model.json: is not valid JSON"));
        assertThat(generate(service, null, null).version()).isEqualTo(1);

        Files.delete(models.resolve("faces/model.json"));
        await("all is well", () -> service.readiness().detail().equals("Serving faces version 1."));
    }

    @Test
    void versions_outOfReach_serveOn() throws Exception {
        workshop.publish(0);
        workshop.publish(1);
        GenerationService service = startServing(2);

        Files.move(models.resolve("faces"), models.resolve(".faces-away"));
        await("it is said", () -> service.readiness().detail().contains("no such model"));
        assertThat(generate(service, null, null).version()).isEqualTo(2);
        assertThat(service.readiness().ready()).isTrue();
    }

    @Test
    void serve_sound_pinsAndRollsBack() throws Exception {
        workshop.publish(0);
        workshop.publish(1);
        GenerationService service = startServing(2);

        ModelDescription pinned =
                service.catalog().serve("faces", 1, model -> {}).get(1, TimeUnit.MINUTES);
        assertThat(pinned.servedVersion()).isEqualTo(1);
        assertThat(pinned.pinned()).isEqualTo(1);
        assertThat(generate(service, null, null).version()).isEqualTo(1);
        assertThat(repository.settings("faces").servedVersion()).isEqualTo(1);

        ModelDescription latest =
                service.catalog().serve("faces", null, model -> {}).get(1, TimeUnit.MINUTES);
        assertThat(latest.servedVersion()).isEqualTo(2);
        assertThat(latest.pinned()).isNull();
        assertThat(generate(service, null, null).version()).isEqualTo(2);
        assertThat(repository.settings("faces").servedVersion()).isNull();
    }

    @Test
    void serve_broken_changesNothing() throws Exception {
        workshop.publish(0);
        ModelVersion broken = workshop.publish(Damage.WRONG_CHECKSUM);
        GenerationService service = startServing(1);
        repository.update("faces", settings -> settings.withServedVersion(1));
        byte[] settings = Files.readAllBytes(models.resolve("faces/model.json"));

        for (Integer version : new Integer[] {broken.number(), null}) {
            assertThatThrownBy(() -> service.catalog()
                            .serve("faces", version, model -> {})
                            .get(1, TimeUnit.MINUTES))
                    .hasCauseInstanceOf(VersionRefusedException.class)
                    .hasMessageContaining("model_index.json has sha256");
        }

        assertThat(models.resolve("faces/model.json")).hasBinaryContent(settings);
        assertThat(generate(service, null, null).version()).isEqualTo(1);
        assertThatThrownBy(
                        () -> service.catalog().serve("faces", 9, model -> {}).get(1, TimeUnit.MINUTES))
                .hasCauseInstanceOf(VersionNotFoundException.class);
        assertThatThrownBy(
                        () -> service.catalog().serve("nobody", 1, model -> {}).get(1, TimeUnit.MINUTES))
                .hasCauseInstanceOf(UnknownModelException.class);
    }

    /** What is pinned may be gone: pinning another must not ask for it. */
    @Test
    void serve_whilePinnedVersionDoesNotExist_repairsThat() throws Exception {
        workshop.publish(0);
        Files.writeString(models.resolve("faces/model.json"), "{\"served\": 7}");
        GenerationService service = start();
        await("it has started", () -> service.readiness().started());
        assertThat(service.readiness().ready()).isFalse();

        service.catalog().serve("faces", 1, model -> {}).get(1, TimeUnit.MINUTES);
        assertThat(service.readiness().detail()).isEqualTo("Serving faces version 1.");
    }

    @Test
    void find_explicitVersion_isLoadedBesideAndStays() throws Exception {
        workshop.publish(0);
        workshop.publish(1);
        GenerationService service = startServing(2);
        double one = memory();

        assertThat(generate(service, null, 1).version()).isEqualTo(1);
        assertThat(generate(service, null, null).version()).isEqualTo(2);
        assertThat(memory()).isEqualTo(2 * one);
        assertThat(generate(service, "faces", 2).version()).isEqualTo(2);
        assertThat(memory()).as("the served version asked for by its number").isEqualTo(2 * one);
        assertThat(reloads("loaded")).isEqualTo(2);
        assertThat(registry.find("stepwise.engine.batch").gauges()).hasSize(2);
    }

    @Test
    void find_memoryIsFull_whatWasUsedLeastRecentlyLeaves() throws Exception {
        long one = publishOthers("a", "b");
        GenerationService service = start(3 * one);
        awaitServes(service, 1);
        generate(service, "a", null);
        generate(service, "b", null);
        generate(service, "a", null);
        assertThat(memory()).isEqualTo(3 * one);

        generate(service, "faces", 1);
        workshop.publish(1);
        awaitServes(service, 2);
        await("one has left", () -> memory() <= 3 * one);
        assertThat(generate(service, "b", null).model()).isEqualTo("b");
        assertThat(memory()).isLessThanOrEqualTo(3 * one);
        assertThat(service.catalog().model("faces").servedVersion()).isEqualTo(2);
        assertThat(service.catalog().version("faces", 2).state().loaded()).isTrue();
        assertThat(registry.find("stepwise.model.version").gauges().size()).isLessThanOrEqualTo(3);
    }

    @Test
    void find_allInMemoryAreInUse_waitsUntilOneIsNot() throws Exception {
        long one = publishOthers("a", "b");
        GenerationService service = start(2 * one);
        awaitServes(service, 1);
        CompletableFuture<Generation> busy = submit(service, "a", null, 300);
        await("a is in memory", () -> service.catalog().version("a", 1).state().loaded());
        CompletableFuture<Generation> waits = submit(service, "b", null, 2);
        assertThat(generate(service, null, null).model()).as("others go on").isEqualTo("faces");

        assertThat(busy.get(1, TimeUnit.MINUTES).model()).isEqualTo("a");
        assertThat(waits.get(1, TimeUnit.MINUTES).model()).isEqualTo("b");
        assertThat(memory()).isLessThanOrEqualTo(2 * one);
        assertThat(service.catalog().version("faces", 1).state().loaded()).isTrue();
    }

    @Test
    void find_whatNeverFits_isRefusedWithTheNumbers() throws Exception {
        long one = publishOthers("a");
        GenerationService service = start(one);
        awaitServes(service, 1);

        assertThatThrownBy(() -> generate(service, "a", 1))
                .isInstanceOf(VersionRefusedException.class)
                .hasMessageContaining(one + " bytes")
                .hasMessageContaining("stepwise.engine.memory");
        workshop.publish(1);
        awaitServes(service, 2);
    }

    /** Bytes of one. */
    private long publishOthers(String... names) throws IOException {
        ModelVersion version = workshop.publish(0);
        for (String name : names) {
            new Workshop(repository, name, TINY, VersionMetadata.NONE).publish(1);
        }
        return new VersionLoader(repository, new EngineSettings(1, 1, 1, 1, 2), null).bytes(version);
    }

    @Test
    void find_unknownModelWhileAnotherLoads_isToldAtOnce() throws Exception {
        workshop.publish(0);
        GenerationService service = start();

        assertThatThrownBy(() -> generate(service, "nobody", null)).isInstanceOf(UnknownModelException.class);
        awaitServes(service, 1);
    }

    @Test
    void labels_ofModelJson_nameTheClassesOfVersionsThatBringNone() throws Exception {
        Workshop labelled =
                new Workshop(repository, "faces", TINY.resolveSibling("unet-classcond"), VersionMetadata.NONE);
        labelled.publish(0);
        Files.writeString(
                models.resolve("faces/model.json"),
                "{\"labels\": [\"a\", \"b\", \"c\", \"d\", \"e\", \"f\", \"g\", \"h\", \"i\"]}");
        GenerationService service = startServing(1);

        Generation named = service.submit(new GenerationRequest(null, null, 1, 3, 2, SamplerName.DDIM, "c", 2, 5, null))
                .get(1, TimeUnit.MINUTES);
        assertThat(named.images().get(0).label()).isEqualTo("c");
        assertThat(service.catalog().model("faces").labels()).hasSize(9).contains("c");

        repository.update(
                "faces",
                settings -> new ModelSettings(
                        "", List.of("1st", "b", "c", "d", "e", "f", "g", "h", "i"), null, false, List.of()));
        await("the new names are known", () -> knows(service, "1st"));
        assertThat(knows(service, "a")).isFalse();
    }

    private static boolean knows(GenerationService service, String label) throws Exception {
        try {
            service.submit(new GenerationRequest(null, null, 1, 3, 1, SamplerName.DDIM, label, 1, 5, null))
                    .get(1, TimeUnit.MINUTES);
            return true;
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(InvalidGenerationException.class);
            return false;
        }
    }

    @Test
    void labels_thatAreTooMany_areRefused() throws Exception {
        new Workshop(repository, "faces", TINY.resolveSibling("unet-classcond"), VersionMetadata.NONE).publish(0);
        Files.writeString(models.resolve("faces/model.json"), "{\"labels\": [\"a\"]}");
        GenerationService service = start();
        await("it has started", () -> service.readiness().started());

        assertThat(service.readiness().detail()).contains("labels [a] are 1", "num_class_embeds");
    }
}
