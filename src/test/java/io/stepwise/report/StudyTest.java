package io.stepwise.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.stepwise.data.faces.FacesDataset;
import io.stepwise.data.store.Datasets;
import io.stepwise.image.Pixels;
import io.stepwise.image.Resampling;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.spec.Kind;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.TrainingSpecJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("libtorch")
class StudyTest {
    private static final int STEPS = 4;
    private static final boolean SOAK = Boolean.getBoolean("soak");
    private static final Set<String> NEEDED = Set.of("sigmoid", "gan", "vae");
    private static final Map<String, Object> UNET = Map.of(
            "block_out_channels", List.of(8, 16),
            "layers_per_block", 1,
            "norm_num_groups", 4,
            "down_block_types", List.of("DownBlock2D", "DownBlock2D"),
            "up_block_types", List.of("UpBlock2D", "UpBlock2D"));

    @TempDir
    Path folder;

    private final List<String> progress = new ArrayList<>();

    /** The real plan, made small; without {@code -Dsoak=true} only the trainings of a model of each kind. */
    private static StudyPlan plan() {
        List<TrainingSpec> trainings = StudyPlan.full().trainings().stream()
                .filter(spec -> SOAK || NEEDED.contains(spec.model()))
                .map(StudyTest::small)
                .toList();
        return new StudyPlan(trainings, 8, 1);
    }

    private static TrainingSpec small(TrainingSpec spec) {
        Map<String, Object> changes = new HashMap<>();
        changes.putAll(Map.of("steps", STEPS, "checkpoint_every", 2, "warmup_steps", 0, "batch_size", 2));
        if (spec.kind() == Kind.DIFFUSION) {
            changes.put("unet", UNET);
        }
        if (spec.timesteps() > 0 && spec.kind() == Kind.DIFFUSION) { // edm has none
            changes.put("timesteps", 50);
        }
        return TrainingSpecJson.with(spec, changes);
    }

    private Study study() {
        return new Study(plan(), folder.resolve("work"), new Datasets(folder, 0), progress::add);
    }

    private String page() throws IOException {
        return Files.readString(folder.resolve("page/README.md"));
    }

    private JsonNode numbers(String experiment) throws IOException {
        return new JsonMapper()
                .readTree(folder.resolve("work").resolve(experiment + ".json").toFile());
    }

    @Test
    void run_stoppedAndCalledAgain_goesOnAndRepeatsNothing() throws IOException, InterruptedException {
        study().run(folder.resolve("page"), false, () -> false);
        assertThat(progress).containsExactly("experiment: Noise schedules");
        assertThat(page())
                .contains(
                        "**This page is not complete.**",
                        "Three kinds of generator (needs the trainings sigmoid, gan, vae)",
                        "Trainings that have not ended: sigmoid, gan, vae")
                .contains("instead of 0.00005")
                .doesNotContain("kinds.png", "SWD ");

        AtomicInteger steps = new AtomicInteger();
        study().run(folder.resolve("page"), true, () -> steps.incrementAndGet() > STEPS + 2);
        assertThat(progress).contains("training sigmoid", "training gan").doesNotContain("training vae");

        progress.clear();
        study().run(folder.resolve("page"), true, () -> false);
        assertThat(progress)
                .contains(
                        "training gan",
                        "training vae",
                        "experiment: Time and memory",
                        "experiment: Colours over the training")
                .doesNotContain("training sigmoid", "experiment: Noise schedules");
        assertThat(RunFolder.list(folder.resolve("work/runs")))
                .hasSize(plan().trainings().size());
        assertThatPageIsWhole();
        assertThatNumbersAreThere();

        progress.clear();
        String before = page();
        study().run(folder.resolve("page"), true, () -> false);
        assertThat(progress).isEmpty();
        assertThat(page()).isEqualTo(before);
    }

    private void assertThatPageIsWhole() throws IOException {
        Matcher pictures = Pattern.compile("]\\(([a-z-]+\\.png)\\)").matcher(page());
        List<String> shown = pictures.results().map(found -> found.group(1)).toList();
        assertThat(shown)
                .contains("schedules.png", "noised.png", "embedding.png", "kinds.png", "early-gan.png")
                .allSatisfy(
                        name -> assertThat(folder.resolve("page").resolve(name)).isNotEmptyFile());
        assertThat(page())
                .contains("| diffusion, DDPM, all timesteps |", "| GAN | ", "| vae, EMA |")
                .doesNotContain("NaN", "Infinity");
        assertThat(page().contains("Balance of a GAN's networks (needs the trainings"))
                .isNotEqualTo(SOAK);
        assertThat(page().contains("not complete")).isNotEqualTo(SOAK);
        List<String> made = Experiment.ALL.stream()
                .map(Experiment::name)
                .filter(name -> Files.exists(folder.resolve("work").resolve(name + ".json")))
                .toList();
        assertThat(made).hasSize(SOAK ? Experiment.ALL.size() : 4);
        long judged = Claim.ALL.stream()
                .filter(claim -> made.contains(claim.experiment()))
                .count();
        assertThat(page().lines().filter(line -> line.contains("| [figure](#"))).hasSize((int) judged);
    }

    private void assertThatNumbersAreThere() throws IOException {
        JsonNode cost = numbers("cost");
        assertThat(cost.at("/sigmoid/steps").intValue()).isEqualTo(STEPS);
        assertThat(cost.at("/image/ddpm").doubleValue())
                .isGreaterThan(cost.at("/image/dpm").doubleValue());
        assertThat(numbers("colour").path("diffusion_ema")).hasSize(2);
        assertThat(numbers("kinds").at("/real/sharpness").doubleValue()).isCloseTo(1, within(.2));
        assertThat(numbers("schedules").at("/cosine/signal_cut").doubleValue()).isCloseTo(.0565, within(1e-4));
    }

    /** A face that was shrunk to half and enlarged has lost its edges. */
    @Test
    void measured_ofBlurredFaces_isLessSharp() {
        FacesDataset faces = new FacesDataset(16, 16, 3, 0, 64);
        try (NDManager manager = NDManager.newBaseManager()) {
            StudyBench bench = new StudyBench(manager, new StudyPlan(List.of(), 8, 1), Map.of(), faces, folder);
            StudyModel anyLabels = new StudyModel(null, null, null, null, null, faces.labels());
            List<Pixels> blurred = IntStream.range(0, 8)
                    .mapToObj(i -> faces.get(i).pixels())
                    .map(face -> Resampling.BICUBIC.resize(Resampling.AREA.resize(face, 8, 8), 16, 16))
                    .toList();

            assertThat(bench.measured(anyLabels, blurred).path("sharpness").doubleValue())
                    .isLessThan(.85 * bench.measuredReal().path("sharpness").doubleValue());
        }
    }
}
