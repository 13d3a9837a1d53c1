package io.stepwise.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.diffusion.sampler.SamplerOptions;
import io.stepwise.image.Pixels;
import io.stepwise.image.Plot;
import io.stepwise.image.PlotSheet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Experiments with diffusion models alone. */
final class DiffusionExperiments {
    private static final StudyModel.Way WAY = StudyModel.Way.ddim(50);
    private static final List<Integer> STEPS = List.of(5, 10, 20, 50);
    private static final double MUCH_CHURN = 40;

    /** What trainings are called on the page. */
    static final Map<String, String> NAMES = Map.of(
            "short", "T = 500, β unchanged",
            "short-doubled", "T = 500, β doubled",
            "sigmoid", "T = 1000, sigmoid",
            "learned", "T = 1000, cosine",
            "cosine-cut", "T = 1000, cosine, β ≤ 0.02");

    private DiffusionExperiments() {}

    /** What a largest β of 0.02 does to cosine: the colours of images made with and without it. */
    static ObjectNode cut(StudyBench bench) throws IOException {
        return compared(bench, "cut.png", "learned", "cosine-cut");
    }

    /** Figures 21 to 23. */
    static ObjectNode shortened(StudyBench bench) throws IOException {
        return compared(bench, "short.png", "short", "short-doubled", "sigmoid", "learned");
    }

    private static ObjectNode compared(StudyBench bench, String sheet, String... names) throws IOException {
        ObjectNode numbers = StudyBench.object();
        Map<String, List<Pixels>> rows = new LinkedHashMap<>();
        for (String name : names) {
            StudyModel model = bench.model(name);
            List<Pixels> images = bench.images(model, WAY);
            rows.put(NAMES.getOrDefault(name, name), images);
            ObjectNode own = StudyBench.object()
                    .put("signal", model.spec().noiseSchedule().terminalSignal());
            own.set("measured", bench.measured(model, images));
            numbers.set(name, own);
        }
        bench.sheet(sheet, rows);
        return numbers;
    }

    /** DDIM with few steps and many, without fresh noise, with some and with as much as DDPM; DPM-Solver++ beside it. */
    static ObjectNode samplers(StudyBench bench) throws IOException {
        Map<String, StudyModel.Way> ways = new LinkedHashMap<>();
        for (double eta : new double[] {0, .5, 1}) {
            SamplerOptions options = SamplerOptions.ofEta(eta);
            ways.put("DDIM, η = " + eta, new StudyModel.Way(SamplerName.DDIM, options, 0));
        }
        ways.put("DPM-Solver++", new StudyModel.Way(SamplerName.DPMPP_2M, SamplerOptions.USUAL, 0));
        return swept(bench, bench.model("learned"), ways, "samplers");
    }

    static ObjectNode edm(StudyBench bench) throws IOException {
        SamplerOptions churned = new SamplerOptions(null, null, null, null, null, MUCH_CHURN, null, null, null);
        Map<String, StudyModel.Way> ways = new LinkedHashMap<>();
        ways.put("deterministic", new StudyModel.Way(SamplerName.HEUN, SamplerOptions.USUAL, 0));
        ways.put("stochastic", new StudyModel.Way(SamplerName.HEUN, churned, 0));
        return swept(bench, bench.model("edm"), ways, "edm");
    }

    /** The sliced Wasserstein distance by the way and the number of steps; the sheet has ten steps. */
    private static ObjectNode swept(StudyBench bench, StudyModel model, Map<String, StudyModel.Way> ways, String name)
            throws IOException {
        ObjectNode numbers = StudyBench.object();
        Map<String, List<Pixels>> rows = new LinkedHashMap<>();
        List<Plot.Series> lines = new ArrayList<>();
        for (Map.Entry<String, StudyModel.Way> each : ways.entrySet()) {
            StudyModel.Way way = each.getValue();
            List<double[]> points = new ArrayList<>();
            for (int steps : STEPS) {
                List<Pixels> images = bench.images(model, new StudyModel.Way(way.sampler(), way.options(), steps));
                var measured = bench.measured(model, images);
                points.add(new double[] {
                    steps, measured.path("sliced_wasserstein_average").doubleValue()
                });
                numbers.withObject("/" + each.getKey()).set(Integer.toString(steps), measured);
                if (steps <= STEPS.get(1)) {
                    rows.put(each.getKey() + ", " + steps + " steps", images);
                }
            }
            lines.add(StudyBench.line(each.getKey(), points));
        }
        bench.sheet(name + ".png", rows);
        bench.plots(
                name + "-steps.png",
                new PlotSheet.Panel(
                        new Plot("Sliced Wasserstein distance by steps", "steps", "", true, false, 0), lines));
        return numbers;
    }

    /** The bound with the variance that the network has learned, and with the fixed one of the same network. */
    static ObjectNode bits(StudyBench bench) throws IOException {
        TrainedModel model = TrainedModel.read(bench.model("learned").version(), STEPS.get(1));
        ObjectNode numbers = StudyBench.object();
        for (boolean fixed : new boolean[] {false, true}) {
            BitsPerDimension bits =
                    Objects.requireNonNull(LikelihoodBound.of(bench.manager(), model, bench.real(), 0, fixed));
            numbers.set(fixed ? "fixed" : "learned", ReportNumbers.JSON.valueToTree(bits));
        }
        return numbers;
    }
}
