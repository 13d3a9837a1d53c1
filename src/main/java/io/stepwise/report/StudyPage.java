package io.stepwise.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.repository.files.DurableFiles;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes {@code README.md} about a study, and its pictures beside it. */
record StudyPage(StudyPlan plan, Path folder) {
    /** With a precision below this, a model is called unfinished. */
    private static final double MOST_UNFINISHED = .5;

    /**
     * Writes all that there is.
     *
     * @param results the numbers of the experiments that were made, by their names
     * @param untrained names of the trainings that have not ended
     */
    void write(Path output, Map<String, JsonNode> results, List<String> untrained) throws IOException {
        Files.createDirectories(output);
        for (Experiment experiment : Experiment.ALL) {
            for (Experiment.Figure figure : experiment.figures()) {
                if (results.containsKey(experiment.name())) {
                    Files.copy(
                            folder.resolve("pictures").resolve(figure.file()),
                            output.resolve(figure.file()),
                            StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        String page = introduction()
                + missing(results, untrained)
                + unfinished(results)
                + claims(results)
                + sections(results);
        DurableFiles.replace(output.resolve("README.md"), page.getBytes(StandardCharsets.UTF_8));
    }

    private String introduction() {
        TrainingSpec any = plan.trainings().get(0);
        return text(
                """
                # The course report, reproduced

                A report compared a diffusion model with a GAN and a VAE. This page says for each of its claims whether it holds for models that
                Stepwise has trained itself. `./stepwise report --output docs/report` trained them, made every number and every picture, and wrote this
                page; nothing was picked by hand. A verdict follows from the number beside it. Stopped, the command goes on at its next call.

                **Small networks, short trainings.** Faces of %d × %d pixels, batches of %d images, %d trainings of %d to %d steps. The report had
                64 × 64 pixels, far larger networks and 25,000 steps of 128 images. A claim that fails here may hold there, and the reverse.
                %d images of each kind were compared with as many held-out faces. [How to read the numbers](../default-model.md#numbers); less is
                better for SWD, kernel distance and mean colour. *Sharpness* is the mean difference of neighbouring pixels, divided by that of real faces.

                Machine of the last run: %s, one thread. Times are processor time; read ratios only.

                """,
                any.imageSize().width(),
                any.imageSize().height(),
                any.batchSize(),
                plan.trainings().size(),
                plan.trainings().stream().mapToInt(TrainingSpec::steps).min().orElseThrow(),
                plan.trainings().stream().mapToInt(TrainingSpec::steps).max().orElseThrow(),
                plan.images(),
                processor());
    }

    /** What the page lacks, in words; empty if it is complete. */
    private static String missing(Map<String, JsonNode> results, List<String> untrained) {
        String experiments = Experiment.ALL.stream()
                .filter(each -> !results.containsKey(each.name()))
                .map(each -> each.title() + " (needs the trainings " + String.join(", ", each.trainings()) + ")")
                .collect(Collectors.joining("; "));
        String lacks = (experiments.isEmpty() ? "" : " Experiments that were not made: " + experiments + ".")
                + (untrained.isEmpty() ? "" : " Trainings that have not ended: " + String.join(", ", untrained) + ".");
        return lacks.isEmpty() ? "" : "**This page is not complete.**" + lacks + "\n\n";
    }

    /** That few images of diffusion look real, if it is so: most claims about it were made of a finished model. */
    private static String unfinished(Map<String, JsonNode> results) {
        JsonNode kinds = results.get("kinds");
        double real = kinds == null ? 1 : Claim.value(kinds, "/diffusion_ema/likeness/precision_recall/precision");
        if (kinds == null || real >= MOST_UNFINISHED) {
            return "";
        }
        JsonNode edm = results.get("edm");
        String better = edm == null
                ? ""
                : text(
                        " After as many steps the same network with EDM is at SWD %.1f instead of %.1f.",
                        Claim.value(edm, "/deterministic/50/sliced_wasserstein_average"),
                        Claim.value(kinds, "/diffusion_ema/sliced_wasserstein_average"));
        return text(
                "**The diffusion model is far from finished**: the share of its images that look like a real face (precision) is"
                        + " %.2f. What it shows is the early part of a training. Predicting something else than ε needs fewer"
                        + " steps ([training choices](../training-choices.md)).%s\n\n",
                real, better);
    }

    private static String claims(Map<String, JsonNode> results) {
        List<List<String>> rows = new ArrayList<>();
        for (Claim claim : Claim.ALL) {
            JsonNode numbers = results.get(claim.experiment());
            if (numbers != null) {
                Claim.Verdict verdict = claim.judge(numbers);
                rows.add(List.of(
                        claim.text(),
                        verdict.holds() ? "**yes**" : "no",
                        verdict.numbers(),
                        "[figure](#" + anchor(claim.experiment()) + ")"));
            }
        }
        return "## Claims\n\n" + ReportTables.words(List.of("claim", "holds here", "numbers", ""), rows) + "\n";
    }

    /** What a heading is called in links: its letters and digits, and hyphens for spaces. */
    private static String anchor(String experiment) {
        String title = Experiment.ALL.stream()
                .filter(each -> each.name().equals(experiment))
                .findFirst()
                .orElseThrow()
                .title();
        return title.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} -]", "")
                .replace(' ', '-');
    }

    private String sections(Map<String, JsonNode> results) {
        StringBuilder sections = new StringBuilder();
        for (Experiment experiment : Experiment.ALL) {
            JsonNode numbers = results.get(experiment.name());
            if (numbers != null) {
                sections.append("## ")
                        .append(experiment.title())
                        .append("\n\n")
                        .append(table(experiment.name(), numbers));
                for (Experiment.Figure figure : experiment.figures()) {
                    sections.append(figure.text())
                            .append(":\n\n![")
                            .append(figure.text())
                            .append("](");
                    sections.append(figure.file()).append(")\n\n");
                }
            }
        }
        return sections.toString();
    }

    private static String table(String experiment, JsonNode numbers) {
        return switch (experiment) {
            case "kinds" -> quality(numbers, "");
            case "short", "cut" -> quality(numbers, "/measured");
            case "cost" -> cost(numbers);
            case "balance" -> balance(numbers);
            case "bits" -> bits(numbers);
            default -> "";
        };
    }

    private static String quality(JsonNode numbers, String at) {
        List<List<String>> rows = new ArrayList<>();
        numbers.properties().forEach(each -> {
            JsonNode measured = at.isEmpty() ? each.getValue() : each.getValue().at(at);
            if (measured.has("sharpness")) {
                rows.add(List.of(
                        DiffusionExperiments.NAMES.getOrDefault(
                                each.getKey(), each.getKey().replace("_ema", ", EMA")),
                        text("%.1f", Claim.value(measured, "/sliced_wasserstein_average")),
                        text("%.0f", Claim.value(measured, "/likeness/kernel_distance")),
                        text("%.2f", Claim.value(measured, "/likeness/precision_recall/precision")),
                        text("%.2f", Claim.value(measured, "/likeness/precision_recall/recall")),
                        text("%.3f", Claim.value(measured, "/colour/mean_distance")),
                        text("%.2f", Claim.value(measured, "/sharpness")),
                        text("%.0f %%", 100 * Claim.value(measured, "/labels/all"))));
            }
        });
        List<String> head = List.of(
                "images",
                "SWD",
                "kernel distance",
                "precision",
                "recall",
                "mean colour",
                "sharpness",
                "colour of the label");
        return ReportTables.table(head, rows) + "\n";
    }

    private static String cost(JsonNode numbers) {
        List<List<String>> rows = new ArrayList<>();
        new TreeMap<>(Map.of("GAN", "gan", "VAE", "vae", "diffusion", "sigmoid")).forEach((kind, name) -> {
            JsonNode own = numbers.path(name);
            rows.add(List.of(
                    kind,
                    text("%.2f million", Claim.value(own, "/trained_parameters") / 1e6),
                    text("%.0f KiB", Claim.value(own, "/activation_bytes") / 1024),
                    text("%.0f", Claim.value(own, "/steps")),
                    text("%.1f ms", 1000 * Claim.value(own, "/seconds_per_step")),
                    text("%.0f s", Claim.value(own, "/training_seconds"))));
        });
        List<String> head =
                List.of("training", "parameters", "activations of an image", "steps", "a step", "all steps");
        return ReportTables.table(head, rows) + "\n" + images(numbers.path("image"));
    }

    private static String images(JsonNode seconds) {
        Map<String, String> names = Map.of(
                "diffusion, DDPM, all timesteps", "/ddpm",
                "diffusion, DDIM, 20 steps", "/ddim",
                "diffusion, DPM-Solver++, 10 steps", "/dpm",
                "GAN", "/gan",
                "VAE", "/vae");
        List<List<String>> rows = new ArrayList<>();
        new TreeMap<>(names)
                .forEach((name, at) -> rows.add(List.of(
                        name,
                        text("%.3f ms", 1000 * Claim.value(seconds, at)),
                        text("%.1f", Claim.value(seconds, at + " : /gan")))));
        return ReportTables.table(List.of("an image, in batches of 8", "processor time", "times that of the GAN"), rows)
                + "\n";
    }

    private static String balance(JsonNode numbers) {
        List<List<String>> rows = new ArrayList<>();
        for (int updates : new int[] {1, 2, 5}) {
            List<JsonNode> runs = new ArrayList<>();
            numbers.path("updates_" + updates).forEach(runs::add);
            rows.add(List.of(
                    "1:" + updates,
                    Integer.toString(runs.size()),
                    range(runs, "/accuracy", "%.2f"),
                    range(runs, "/unrest", "%.2f"),
                    range(runs, "/measured/sliced_wasserstein_average", "%.1f"),
                    range(runs, "/measured/likeness/kernel_distance", "%.0f"),
                    range(runs, "/measured/likeness/precision_recall/recall", "%.2f")));
        }
        return ReportTables.table(
                        List.of(
                                "updates",
                                "seeds",
                                "accuracy at the end",
                                "unrest of the loss",
                                "SWD",
                                "kernel distance",
                                "recall"),
                        rows)
                + "\n";
    }

    private static String bits(JsonNode numbers) {
        return text(
                "%.2f ± %.2f bits per dimension with the variance that the network has learned, %.2f ± %.2f with the fixed one.\n\n",
                Claim.value(numbers, "/learned/mean"),
                Claim.value(numbers, "/learned/standard_error"),
                Claim.value(numbers, "/fixed/mean"),
                Claim.value(numbers, "/fixed/standard_error"));
    }

    /** The mean, and the least and the greatest if there are several. */
    private static String range(List<JsonNode> runs, String pointer, String format) {
        var all = runs.stream().mapToDouble(run -> Claim.value(run, pointer)).summaryStatistics();
        String mean = text(format, all.getAverage());
        return runs.size() < 2
                ? mean
                : mean + " (" + text(format, all.getMin()) + " … " + text(format, all.getMax()) + ")";
    }

    /** The name that the operating system gives the processor. */
    private static String processor() {
        Path file = Path.of("/proc/cpuinfo");
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException unknown) {
            return Objects.requireNonNullElse(System.getProperty("os.arch"), "unknown");
        }
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
