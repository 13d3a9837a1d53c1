package io.stepwise.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stepwise.repository.safetensors.GoldenNumbers;
import io.stepwise.repository.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every number in {@code metrics.json}, one test each. */
class MetricsGoldenTest {
    private static final Path FOLDER = Path.of(System.getProperty("golden.dir", "src/test/resources/golden"));
    private static final Path FILE = FOLDER.resolve("metrics.safetensors");
    private static final Set<String> SLICED_WASSERSTEIN_SETTINGS = Set.of(
            "by",
            "nhood_size",
            "nhoods_per_image",
            "dir_repeats",
            "dirs_per_repeat",
            "resolutions",
            "laplacian_reconstruction_max_error",
            "warning");
    private static final Pattern SIGMA = Pattern.compile("mmd_rbf_sigma([0-9.]+).*");
    private static final Pattern NEIGHBOURS = Pattern.compile("density_coverage_k(\\d+).*");
    private static final double SLICED_WASSERSTEIN_RELATIVE = 1e-3;
    private static final double RELATIVE = 1e-6;

    @TestFactory
    Stream<DynamicTest> metricsJson() throws IOException {
        if (!Files.exists(FOLDER.resolve("metrics.json"))) {
            return Stream.of(DynamicTest.dynamicTest(
                    "metrics.json", () -> Assumptions.abort("the golden folder has no metrics.json")));
        }
        JsonNode golden =
                new ObjectMapper().readTree(FOLDER.resolve("metrics.json").toFile());
        List<DynamicTest> tests = new ArrayList<>();
        for (String section : names(golden)) {
            switch (section) {
                case "made_by", "images" -> {} // says where the file comes from
                case "swd" -> slicedWasserstein(golden.get(section), tests);
                case "features" -> features(golden.get(section), tests);
                case "colour" -> colour(golden.get(section), tests);
                default -> tests.add(unsupported(section));
            }
        }
        return tests.stream();
    }

    private static void slicedWasserstein(JsonNode golden, List<DynamicTest> tests) {
        JsonNode results = golden.path("result_x1000");
        int levels = golden.path("resolutions").size();
        for (String name : names(results)) {
            tests.add(DynamicTest.dynamicTest("swd " + name, () -> {
                double sum = 0;
                int counted = 0;
                for (int level = 0; level < levels; level++) {
                    int resolution = golden.path("resolutions").get(level).intValue();
                    if (name.equals("avg") || name.equals("level_" + resolution)) {
                        sum += recordedDistance(golden, level, resolution);
                        counted++;
                    }
                }
                assertThat(counted).isPositive();
                assertClose(sum / counted, results.get(name).doubleValue(), SLICED_WASSERSTEIN_RELATIVE);
            }));
        }
        for (int level = 0; level < levels; level++) {
            int number = level;
            tests.add(DynamicTest.dynamicTest("swd pyramid level " + level, () -> pyramid(number)));
        }
        for (String name : names(golden)) {
            if (!name.equals("result_x1000") && !SLICED_WASSERSTEIN_SETTINGS.contains(name)) {
                tests.add(unsupported("swd " + name));
            }
        }
    }

    private static double recordedDistance(JsonNode golden, int level, int resolution) throws IOException {
        try (Safetensors tensors = tensors()) {
            int perImage = golden.path("nhoods_per_image").intValue();
            PatchDescriptors a = recordedPatches(tensors, "a", level, perImage, resolution);
            PatchDescriptors b = recordedPatches(tensors, "b", level, perImage, resolution);
            int repeats = golden.path("dir_repeats").intValue();
            double sum = 0;
            for (int repeat = 0; repeat < repeats; repeat++) {
                String name = "swd.dirs.level" + level + ".repeat" + repeat;
                int dimensions = tensors.shape(name).get(0).intValue();
                float[] flat = tensors.floats(name);
                float[][] directions = new float[flat.length / dimensions][dimensions];
                for (int i = 0; i < flat.length; i++) {
                    directions[i % directions.length][i / directions.length] = flat[i];
                }
                sum += SlicedWasserstein.distance(a, b, directions);
            }
            return sum / repeats;
        }
    }

    private static PatchDescriptors recordedPatches(
            Safetensors tensors, String set, int level, int perImage, int resolution) throws IOException {
        ImageSet images = images(tensors, "images_" + set);
        String name = "swd.pos." + set + ".level" + level + ".";
        var positions = new PatchDescriptors.Positions(perImage, ints(name + "x"), ints(name + "y"));
        LaplacianPyramid.Level band = LaplacianPyramid.of(images).get(level);
        assertThat(band.height()).isEqualTo(resolution);
        return PatchDescriptors.of(band, images.channels(), positions);
    }

    private static void pyramid(int level) throws IOException {
        try (Safetensors tensors = tensors()) {
            float[] expected = tensors.floats("swd.pyramid_a01.level" + level);
            float[] actual =
                    LaplacianPyramid.of(images(tensors, "images_a")).get(level).data();
            assertThat(expected).isNotEmpty();
            for (int i = 0; i < expected.length; i++) {
                assertThat(actual[i]).isCloseTo(expected[i], within(1e-4f));
            }
        }
    }

    private static void features(JsonNode golden, List<DynamicTest> tests) {
        for (String name : names(golden)) {
            JsonNode expected = golden.get(name);
            Matcher sigma = SIGMA.matcher(name);
            Matcher neighbours = NEIGHBOURS.matcher(name);
            if (name.startsWith("kid_poly3")) {
                tests.add(feature(name, expected, KernelDistance::polynomial));
            } else if (sigma.matches()) {
                double value = Double.parseDouble(sigma.group(1));
                tests.add(feature(name, expected, (a, b) -> KernelDistance.gaussian(a, b, value)));
            } else if (name.equals("frechet")) {
                tests.add(feature(name, expected, FrechetDistance::between));
            } else if (name.equals("precision_recall_knn")) {
                for (String k : names(expected)) {
                    precisionRecall(name, Integer.parseInt(k), expected.get(k), tests);
                }
            } else if (neighbours.matches()) {
                precisionRecall(name, Integer.parseInt(neighbours.group(1)), expected, tests);
            } else if (!name.equals("convention")) {
                tests.add(unsupported(name));
            }
        }
    }

    private static void precisionRecall(String group, int k, JsonNode golden, List<DynamicTest> tests) {
        for (String name : names(golden)) {
            String title = group + " k=" + k + " " + name;
            switch (name) {
                case "precision" ->
                    tests.add(feature(title, golden.get(name), (a, b) -> PrecisionRecall.of(a, b, k)
                            .precision()));
                case "recall" ->
                    tests.add(feature(title, golden.get(name), (a, b) -> PrecisionRecall.of(a, b, k)
                            .recall()));
                case "density" ->
                    tests.add(feature(title, golden.get(name), (a, b) -> PrecisionRecall.of(a, b, k)
                            .density()));
                case "coverage" ->
                    tests.add(feature(title, golden.get(name), (a, b) -> PrecisionRecall.of(a, b, k)
                            .coverage()));
                default -> tests.add(unsupported(title));
            }
        }
    }

    private interface FeatureMetric {
        double measure(double[][] generated, double[][] real);
    }

    private static DynamicTest feature(String name, JsonNode expected, FeatureMetric metric) {
        return DynamicTest.dynamicTest(name, () -> {
            try (Safetensors tensors = tensors()) {
                double actual = metric.measure(rows(tensors, "features_1"), rows(tensors, "features_2"));
                assertClose(actual, expected.doubleValue(), RELATIVE);
            }
        });
    }

    private static void colour(JsonNode golden, List<DynamicTest> tests) {
        for (String name : names(golden)) {
            String definition = name.replaceAll(" .*", "");
            if (definition.equals("by")) {
                continue;
            }
            tests.add(DynamicTest.dynamicTest("colour " + definition, () -> {
                List<Double> actual = colourMetric(definition);
                JsonNode expected = golden.get(name);
                List<Double> values = expected.isArray()
                        ? StreamSupport.stream(expected.spliterator(), false)
                                .map(JsonNode::doubleValue)
                                .toList()
                        : List.of(expected.doubleValue());
                assertThat(actual).hasSameSizeAs(values);
                for (int i = 0; i < values.size(); i++) {
                    assertClose(actual.get(i), values.get(i), RELATIVE);
                }
            }));
        }
    }

    private static List<Double> colourMetric(String definition) throws IOException {
        ColourDistance colour;
        try (Safetensors tensors = tensors()) {
            colour = ColourDistance.between(images(tensors, "images_a"), images(tensors, "images_b"));
        }
        return switch (definition) {
            case "mean_rgb_a" -> colour.meanA();
            case "mean_rgb_b" -> colour.meanB();
            case "mean_rgb_l2" -> List.of(colour.meanDistance());
            case "w1_per_channel" -> colour.samples();
            case "w1_image_means_per_channel" -> colour.imageMeans();
            case "hist32_l1_per_channel" -> colour.histogramL1();
            case "hist32_chi2_per_channel" -> colour.histogramChi2();
            case "frechet_of_image_mean_rgb" -> List.of(colour.imageMeansFrechet());
            default -> Assumptions.abort("no such metric here: " + definition);
        };
    }

    private static DynamicTest unsupported(String name) {
        return DynamicTest.dynamicTest(name, () -> Assumptions.abort("no such metric here: " + name));
    }

    private static void assertClose(double actual, double expected, double relative) {
        assertThat(actual).isCloseTo(expected, within(relative * Math.abs(expected)));
    }

    private static Safetensors tensors() throws IOException {
        return Safetensors.open(FILE);
    }

    /** The tensor is NCHW. */
    private static ImageSet images(Safetensors tensors, String name) throws IOException {
        List<Long> shape = tensors.shape(name);
        int channels = shape.get(1).intValue();
        int height = shape.get(2).intValue();
        int width = shape.get(3).intValue();
        double[] planes = GoldenNumbers.of(FILE, name);
        byte[] data = new byte[planes.length];
        for (int i = 0; i < data.length; i++) {
            int image = i / (channels * height * width);
            int pixel = i / channels % (height * width);
            data[i] = (byte) planes[(image * channels + i % channels) * height * width + pixel];
        }
        return new ImageSet(shape.get(0).intValue(), height, width, channels, data);
    }

    private static double[][] rows(Safetensors tensors, String name) throws IOException {
        double[] flat = GoldenNumbers.of(FILE, name);
        double[][] rows = new double[tensors.shape(name).get(0).intValue()]
                [tensors.shape(name).get(1).intValue()];
        for (int i = 0; i < flat.length; i++) {
            rows[i / rows[0].length][i % rows[0].length] = flat[i];
        }
        return rows;
    }

    private static int[] ints(String name) throws IOException {
        return Arrays.stream(GoldenNumbers.of(FILE, name))
                .mapToInt(number -> (int) number)
                .toArray();
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
