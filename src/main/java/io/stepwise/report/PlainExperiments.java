package io.stepwise.report;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.data.BatchLoader;
import io.stepwise.data.ImageDataset;
import io.stepwise.data.faces.FacesDataset;
import io.stepwise.diffusion.BetaCurve;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.ScheduleSpec;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.diffusion.sampler.SamplerOptions;
import io.stepwise.image.Pixels;
import io.stepwise.schedule.NoisedPicture;
import io.stepwise.schedule.ScheduleCurves;
import io.stepwise.training.checkpoint.ObjectiveState;
import io.stepwise.training.kind.Design;
import io.stepwise.training.kind.Trainee;
import io.stepwise.training.spec.ImageSize;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Experiments that judge no images: schedules, and what training and sampling cost. */
final class PlainExperiments {
    private static final int TIMESTEPS = 1000;
    private static final double LARGEST_BETA = .02;
    private static final int SHOWN = 10;
    private static final int SIDE = 64;
    private static final int EMBEDDED = 128;
    private static final int BATCH = 8;
    private static final double SLOWEST_WAVE = 10_000;

    private PlainExperiments() {}

    /** Figures 2, 3, 4 and 7. */
    static ObjectNode schedules(StudyBench bench) throws IOException {
        ObjectNode numbers = StudyBench.object();
        Map<String, NoiseSchedule> cut = new LinkedHashMap<>();
        for (BetaCurve curve : List.of(BetaCurve.SIGMOID, BetaCurve.LINEAR, BetaCurve.COSINE)) {
            String name = curve == BetaCurve.COSINE ? "cosine" : curve.label();
            ScheduleSpec usual = ScheduleSpec.of(curve, TIMESTEPS);
            NoiseSchedule schedule = NoiseSchedule.of(usual.withMaxBeta(LARGEST_BETA));
            cut.put(name, schedule);
            numbers.putObject(name)
                    .put("signal", NoiseSchedule.of(usual).terminalSignal())
                    .put("signal_cut", schedule.terminalSignal());
        }
        ScheduleCurves curves = new ScheduleCurves(cut);
        bench.write("schedules.png", curves.sheet().draw(ScheduleCurves.WIDTH, ScheduleCurves.HEIGHT));
        Pixels face =
                new FacesDataset(SIDE, SIDE, 3, FacesDataset.HELD_OUT, 1).get(0).pixels();
        Map<String, List<Pixels>> rows = new LinkedHashMap<>();
        List<Integer> at = NoisedPicture.spread(TIMESTEPS, SHOWN);
        cut.forEach((name, schedule) -> rows.put(name, new NoisedPicture(face, schedule, at, 0).images()));
        bench.sheet("noised.png", rows);
        bench.write("embedding.png", embedding());
        return numbers;
    }

    /** Sines and cosines of timesteps (Vaswani et al. 2017, section 3.5): a row per timestep from 0 on, a column per dimension. */
    private static Pixels embedding() {
        int rows = EMBEDDED;
        byte[] grey = new byte[rows * EMBEDDED];
        for (int t = 0; t < rows; t++) {
            for (int j = 0; j < EMBEDDED; j++) {
                double angle = t / Math.pow(SLOWEST_WAVE, (j - j % 2) / (double) EMBEDDED);
                double value = j % 2 == 0 ? Math.sin(angle) : Math.cos(angle);
                grey[t * EMBEDDED + j] = (byte) Math.round((value + 1) * 127.5);
            }
        }
        return ReportPictures.enlarged(new Pixels(EMBEDDED, rows, 1, grey), 3);
    }

    /** Seconds of the processor, for a step of training and for an image, and bytes. */
    static ObjectNode cost(StudyBench bench) throws IOException {
        ObjectNode numbers = StudyBench.object();
        for (String name : List.of("sigmoid", "gan", "vae")) {
            StudyModel model = bench.model(name);
            Design design = Design.of(model.spec(), bench.dataset().labels());
            double step = trainingStep(bench, design);
            numbers.putObject(name)
                    .put("trained_parameters", design.parameterCount())
                    .put(
                            "activation_bytes",
                            design.activationBytes() / model.spec().batchSize())
                    .put("seconds_per_step", step)
                    .put("steps", model.spec().steps())
                    .put("training_seconds", step * model.spec().steps());
        }
        numbers.set("image", images(bench));
        return numbers;
    }

    private static ObjectNode images(StudyBench bench) throws IOException {
        StudyModel diffusion = bench.model("sigmoid");
        StudyModel.Way all = new StudyModel.Way(SamplerName.DDPM, SamplerOptions.USUAL, 0);
        StudyModel.Way few = new StudyModel.Way(SamplerName.DPMPP_2M, SamplerOptions.USUAL, 10);
        return StudyBench.object()
                .put("ddpm", imageSeconds(bench, diffusion, all, 1))
                .put("ddim", imageSeconds(bench, diffusion, StudyModel.Way.ddim(20), 10))
                .put("dpm", imageSeconds(bench, diffusion, few, 20))
                .put("gan", imageSeconds(bench, bench.model("gan"), all, 200))
                .put("vae", imageSeconds(bench, bench.model("vae"), all, 200));
    }

    /** Of a batch of {@value #BATCH} together; what the first batch takes, with loading the network, doesn't count. */
    private static double imageSeconds(StudyBench bench, StudyModel model, StudyModel.Way way, int batches)
            throws IOException {
        float[] weights = model.published();
        model.images(bench.manager(), way, weights, BATCH); // warms up
        double begin = processorSeconds();
        model.images(bench.manager(), way, weights, BATCH);
        double first = processorSeconds() - begin;
        begin = processorSeconds();
        model.images(bench.manager(), way, weights, BATCH * (1 + batches));
        double all = processorSeconds() - begin;
        return Math.max(0, all - first) / (BATCH * batches);
    }

    /** With painting the faces, which no step finds in memory. */
    private static double trainingStep(StudyBench bench, Design of) throws IOException {
        Design design = of.measured(bench.dataset(), ObjectiveState.NONE);
        var spec = design.spec();
        int steps = bench.plan().costSteps();
        ImageSize size = spec.imageSize();
        try (NDManager scope = bench.manager().newSubManager();
                ImageDataset painted = new FacesDataset(
                        size.width(), size.height(), 3, 0, bench.dataset().size());
                BatchLoader loader = new BatchLoader(painted, spec.batchSize(), spec.seed(), spec.flip());
                Trainee trainee = design.begin(scope, design.start(design.initialWeights()), bench.dataset(), null)) {
            double begin = 0;
            for (int step = 1; step <= 2 * steps; step++) {
                begin = step == steps + 1 ? processorSeconds() : begin; // the first half warms up
                trainee.step(step, loader, spec.optimizer().step(spec.learningRate(), Double.POSITIVE_INFINITY, .999));
            }
            return (processorSeconds() - begin) / steps;
        } catch (InterruptedException e) {
            throw new InterruptedIOException("the measurement was interrupted");
        }
    }

    /** Of all threads of this process. */
    private static double processorSeconds() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
    }
}
