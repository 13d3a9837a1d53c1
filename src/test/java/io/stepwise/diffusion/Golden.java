package io.stepwise.diffusion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stepwise.diffusion.sampler.Ddpm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The reference vectors of the folder named by the system property {@code golden.dir}. */
public final class Golden {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Pattern TRAINING_SCHEDULE = Pattern.compile(
            "DDPMScheduler (\\w+) ([0-9.e-]+)\\.\\.([0-9.e-]+), T=(\\d+) \\(float32 table, used in both precisions\\)");

    private Golden() {}

    public static Path folder() {
        return Path.of(System.getProperty("golden.dir", "src/test/resources/golden"));
    }

    public static JsonNode read(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A text of JSON that stands in a vector. */
    static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The files of the folder whose name starts so and ends in .json, in order. */
    public static List<Path> files(String prefix) {
        try (Stream<Path> files = Files.list(folder())) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix)
                            && file.getFileName().toString().endsWith(".json"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static double[] doubles(JsonNode array) {
        double[] values = new double[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).doubleValue();
        }
        return values;
    }

    static List<double[]> rows(JsonNode array) {
        List<double[]> rows = new ArrayList<>();
        array.forEach(row -> rows.add(doubles(row)));
        return rows;
    }

    /** The schedule of a case that was made by a scheduler of diffusers; skips the test where that takes what we don't have. */
    public static Optional<ScheduleSpec> madeByDiffusers(JsonNode golden) {
        String madeBy = golden.get("made_by").asText();
        if (!madeBy.startsWith("diffusers DDPMScheduler {")) {
            return Optional.empty();
        }
        JsonNode config = parse(madeBy.substring(madeBy.indexOf('{')));
        assumeOnly(
                config,
                Set.of("num_train_timesteps", "beta_schedule", "beta_start", "beta_end", "rescale_betas_zero_snr"));
        return schedule(config).spec();
    }

    /** The schedule that training.json was made with; skips the test where its description is of another form. */
    public static ScheduleSpec trainingSchedule(JsonNode training) {
        String text = training.get("schedule").asText();
        Matcher parts = TRAINING_SCHEDULE.matcher(text);
        Assumptions.assumeTrue(parts.matches(), () -> "no schedule like " + text);
        return ScheduleSpec.of(curve(parts.group(1)), Integer.parseInt(parts.group(4)))
                .withBetas(Double.parseDouble(parts.group(2)), Double.parseDouble(parts.group(3)));
    }

    /** The schedule that a diffusers configuration describes. */
    static NoiseSchedule schedule(JsonNode config) {
        int timesteps = config.path("num_train_timesteps").asInt(1000);
        BetaCurve curve = curve(config.path("beta_schedule").asText("linear"));
        return NoiseSchedule.of(ScheduleSpec.of(curve, timesteps)
                .withBetas(
                        config.path("beta_start").asDouble(.0001),
                        config.path("beta_end").asDouble(.02))
                .withZeroTerminalSnr(config.path("rescale_betas_zero_snr").asBoolean(false)));
    }

    private static BetaCurve curve(String name) {
        return known(() -> BetaCurve.named(name));
    }

    /** The variance of that name; skips the case where there is none. */
    public static Ddpm.Variance variance(String name) {
        return known(() -> Ddpm.Variance.named(name));
    }

    /** Skips the case where a name means nothing here. */
    private static <T> T known(Supplier<T> named) {
        try {
            return named.get();
        } catch (IllegalArgumentException unknown) {
            return Assumptions.abort(unknown.getMessage());
        }
    }

    /** Skips the case unless all keys of the object are among the known ones. */
    public static void assumeOnly(JsonNode object, Set<String> known) {
        Set<String> unknown = new TreeSet<>();
        object.fieldNames().forEachRemaining(unknown::add);
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            Assumptions.abort("not supported: " + unknown);
        }
    }
}
