package io.stepwise.serving.versions;

import static io.stepwise.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.image.Pixels;
import io.stepwise.repository.Manifest;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.PipelineFolder;
import io.stepwise.repository.VersionMetadata;
import io.stepwise.serving.GenerationService;
import io.stepwise.serving.engine.ClosedLoad;
import io.stepwise.serving.engine.ClosedLoad.Answer;
import io.stepwise.serving.engine.EngineSettings;
import io.stepwise.serving.request.GeneratedImage;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.GenerationRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Versions come and go, sound and broken ones, under a load that keeps every engine busy. With {@code -Psoak} a hundred
 * reloads, and then a thousand, of the default model, and what they cost; else a few of the smallest network.
 */
@Tag("libtorch")
class HotReloadCampaignTest {
    private static final boolean SOAK = Boolean.getBoolean("soak");
    private static final Path SOURCE = SOAK
            ? Path.of("models", "faces", "1")
            : Path.of(System.getProperty("golden.dir")).resolve("unet-tiny");
    private static final String MODEL = "subject";
    private static final int STEPS = SOAK ? 20 : 6;
    private static final int VARIANTS = 4;
    private static final int KINDS = 6;
    private static final int AT_ONCE = SOAK ? 32 : 12;
    private static final double MOST_OF_STEADY_P99 = 1.5;

    /** Reloads of a block; a time without any, as long, goes before each. One in five is of a broken version. */
    private static final int BLOCK = SOAK ? 10 : 8;

    private static final int BLOCKS = SOAK ? 10 : 1;
    private static final Duration PACE = Duration.ofMillis(SOAK ? 1000 : 1);

    @TempDir
    Path models;

    private final Map<Integer, Integer> variants = new ConcurrentHashMap<>();
    private final Map<List<Integer>, List<Pixels>> alone = new ConcurrentHashMap<>();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Random random = new Random(5);
    private ModelRepository repository;
    private Workshop workshop;
    private GenerationService service;
    private int newest;
    private int refused;

    /** Finds out what every variant makes alone, and serves the first. */
    @BeforeEach
    void start() throws Exception {
        for (int variant = 0; variant < VARIANTS; variant++) {
            ModelRepository own = new ModelRepository(models.resolve("alone-" + variant));
            new Workshop(own, MODEL, SOURCE, metadata()).publish(variant);
            try (GenerationService single = service(own, new SimpleMeterRegistry())) {
                for (int kind = 0; kind < KINDS; kind++) {
                    Generation made = single.submit(kinds().get(kind)).get(1, TimeUnit.MINUTES);
                    alone.put(List.of(variant, kind), pixels(made));
                }
            }
        }
        assertThat(alone.values()).as("all differ").doesNotHaveDuplicates();
        repository = new ModelRepository(models.resolve("served"));
        workshop = new Workshop(repository, MODEL, SOURCE, metadata());
        service = service(repository, registry);
        publishSound(0);
    }

    @AfterEach
    void stop() throws InterruptedException {
        service.close();
    }

    @Test
    void reload_underSaturatingLoad_failsNothingAndMixesNothing(TestReporter reporter) throws Exception {
        double[] steady;
        double[] reloading;
        try (ClosedLoad load = load()) {
            List<Answer> without = new ArrayList<>();
            List<Answer> with = new ArrayList<>();
            for (int block = 0; block < BLOCKS; block++) {
                TimeUnit.NANOSECONDS.sleep(PACE.toNanos() * BLOCK);
                without.addAll(load.take());
                for (int i = 0; i < BLOCK; i++) {
                    reload(block * BLOCK + i);
                }
                with.addAll(load.take());
            }
            assertThat(load.faults()).isEmpty();
            steady = milliseconds(without);
            reloading = milliseconds(with);
        }

        awaitOneInMemory();
        assertThat(refused).isBetween(BLOCK * BLOCKS / 5 - BLOCKS, BLOCK * BLOCKS / 5);
        assertThat(registry.get("stepwise.engine.failures").counters())
                .allSatisfy(failures -> assertThat(failures.count()).isZero());
        reporter.publishEntry("milliseconds per request, steady", figures(steady));
        reporter.publishEntry("milliseconds per request, reloading", figures(reloading));
        reporter.publishEntry(
                "reloads",
                registry.get("stepwise.reload").timer().takeSnapshot().toString());
        if (SOAK) {
            assertThat(quantile(reloading, .99)).isLessThan(MOST_OF_STEADY_P99 * quantile(steady, .99));
        }
    }

    @Test
    void reload_manyTimes_costsNeitherTimeNorMemory(TestReporter reporter) throws Exception {
        int reloads = SOAK ? 1000 : 20;
        int settled = reloads / 10;
        List<Double> took = new ArrayList<>();
        long rss = 0;
        int open = 0;
        for (int i = 0; i < reloads; i++) {
            publishSound(i % VARIANTS);
            awaitOneInMemory();
            long start = System.nanoTime();
            Generation made = service.submit(kinds().get(i % KINDS)).get(1, TimeUnit.MINUTES);
            took.add((System.nanoTime() - start) / 1e6);
            assertThat(pixels(made)).isEqualTo(alone(newest, i % KINDS));
            if (i == settled) {
                rss = rss();
                open = NativeResources.count();
            }
        }

        assertThat(NativeResources.count()).as("open resources").isEqualTo(open);
        double[] first = sorted(took.subList(settled, 2 * settled));
        double[] last = sorted(took.subList(reloads - settled, reloads));
        long growth = rss() - rss;
        reporter.publishEntry("milliseconds per request, first tenth", figures(first));
        reporter.publishEntry("milliseconds per request, last tenth", figures(last));
        reporter.publishEntry("growth of the process", (growth >> 20) + " MiB, of " + (rss >> 20));
        if (SOAK) {
            assertThat(growth).as("bytes that the process grew by").isLessThan(100 << 20);
            assertThat(quantile(last, .5)).isLessThan(1.05 * quantile(first, .5));
        }
    }

    /** Publishes the next version and waits until it serves, or is refused. */
    private void reload(int i) throws Exception {
        long start = System.nanoTime();
        int kind = i / 5 % (Damage.values().length + 1);
        if (i % 5 != 4) {
            publishSound(i % VARIANTS);
        } else if (kind < Damage.values().length) {
            newest = workshop.publish(Damage.values()[kind]).number();
        } else {
            publishVanishing();
        }
        await("version " + newest + " serves or is refused", () -> serves(newest) || isRefused(newest));
        refused += isRefused(newest) ? 1 : 0;
        TimeUnit.NANOSECONDS.sleep(start + PACE.toNanos() - System.nanoTime());
    }

    private void publishSound(int variant) throws Exception {
        variants.put(newest + 1, variant);
        newest = workshop.publish(variant).number();
        await("version " + newest + " serves", () -> serves(newest));
    }

    /** One whose weights go away while it is read, or a little before or after. */
    private void publishVanishing() throws Exception {
        ModelVersion prepared = workshop.prepare(0);
        variants.put(newest + 1, 0);
        ModelVersion version = workshop.deliver(prepared);
        newest = version.number();
        TimeUnit.MICROSECONDS.sleep(random.nextInt(20_000));
        Files.delete(version.folder().resolve(PipelineFolder.WEIGHTS));
    }

    private boolean serves(int version) {
        return (service.readiness().detail() + ";").matches("Serving " + MODEL + " version " + version + "[.;].*");
    }

    private boolean isRefused(int version) {
        return service.readiness().detail().contains("; version " + version + " of model");
    }

    private void awaitOneInMemory() throws Exception {
        await(
                "one version is in memory",
                () -> registry.find("stepwise.engine.batch").gauges().size() == 1);
    }

    private ClosedLoad load() {
        return new ClosedLoad(service, kinds(), this::alone, AT_ONCE, 7);
    }

    private List<Pixels> alone(int version, int kind) {
        return alone.get(List.of(variants.getOrDefault(version, -1), kind));
    }

    private static List<Pixels> pixels(Generation generation) {
        return generation.images().stream().map(GeneratedImage::pixels).toList();
    }

    private static List<GenerationRequest> kinds() {
        List<GenerationRequest> kinds = new ArrayList<>();
        for (int kind = 0; kind < KINDS; kind++) {
            kinds.add(new GenerationRequest(MODEL, null, 1, kind, STEPS, SamplerName.DDIM, null, 1, 5, null));
        }
        return kinds;
    }

    private static VersionMetadata metadata() throws IOException {
        Path manifest = SOURCE.resolve(Manifest.FILE);
        return Files.exists(manifest) ? Manifest.read(manifest).metadata() : VersionMetadata.NONE;
    }

    private static GenerationService service(ModelRepository repository, SimpleMeterRegistry registry) {
        return new GenerationService(
                repository,
                MODEL,
                new EngineSettings(2, 1, SOAK ? 16 : 4, 4096, EngineSettings.DEFAULT_STRETCH),
                new ReloadSettings(Duration.ofSeconds(2), 1L << 30),
                registry,
                InstantSource.system(),
                ForkJoinPool.commonPool());
    }

    private static double[] milliseconds(List<Answer> answers) {
        return sorted(answers.stream().map(answer -> answer.took() / 1e6).toList());
    }

    private static double[] sorted(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    private static double quantile(double[] sorted, double share) {
        return sorted[(int) (share * (sorted.length - 1))];
    }

    private static String figures(double[] sorted) {
        return sorted.length == 0
                ? "none"
                : String.format(
                        "%d: p50 %.1f, p90 %.1f, p99 %.1f, most %.1f",
                        sorted.length,
                        quantile(sorted, .5),
                        quantile(sorted, .9),
                        quantile(sorted, .99),
                        quantile(sorted, 1));
    }

    /** Bytes of this process in memory, without what the garbage collector would find. */
    private static long rss() throws IOException {
        System.gc();
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElse(0);
    }
}
