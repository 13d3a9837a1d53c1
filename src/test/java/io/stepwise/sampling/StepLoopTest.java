package io.stepwise.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.diffusion.BetaCurve;
import io.stepwise.diffusion.Clip;
import io.stepwise.diffusion.CounterNoise;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.Prediction;
import io.stepwise.diffusion.ReverseStep;
import io.stepwise.diffusion.Trajectory;
import io.stepwise.diffusion.TrajectoryRun;
import io.stepwise.diffusion.sampler.Ddim;
import io.stepwise.diffusion.sampler.Ddpm;
import io.stepwise.diffusion.sampler.Sampler;
import io.stepwise.diffusion.sampler.SamplerDefaults;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.diffusion.sampler.SamplerOptions;
import io.stepwise.diffusion.sampler.Spacing;
import io.stepwise.diffusion.sampler.TimeGrid;
import io.stepwise.model.FlatWeights;
import io.stepwise.model.GoldenUNet;
import io.stepwise.model.InferenceNetwork;
import io.stepwise.model.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

@Tag("libtorch")
class StepLoopTest {
    private static final NoiseSchedule SCHEDULE = NoiseSchedule.of(BetaCurve.LINEAR, 1000);

    /** A row to be: when it joins the batch, and what it does. */
    private record Job(int joins, Trajectory trajectory, long seed, int label, double guidance) {
        static Job of(int joins, Sampler sampler, int steps, int label, double guidance) {
            return new Job(
                    joins, sampler.trajectory(SCHEDULE, Prediction.EPSILON, steps), 100 + joins, label, guidance);
        }
    }

    private static final List<Job> JOBS = List.of(
            Job.of(0, usual(SamplerName.DDIM), 4, 0, 1),
            Job.of(1, usual(SamplerName.HEUN), 2, 1, 3),
            Job.of(1, usual(SamplerName.UNIPC), 3, 2, 1),
            Job.of(2, usual(SamplerName.DDPM), 4, 3, 2),
            Job.of(2, usual(SamplerName.DPMPP_2M), 3, 4, 1),
            Job.of(3, usual(SamplerName.EULER_ANCESTRAL), 3, 1, 1.5),
            Job.of(3, Ddim.of(1, Spacing.TRAILING), 2, 2, 1),
            Job.of(
                    4,
                    new Ddpm(Ddpm.Variance.FIXED_LARGE, TimeGrid.of(Spacing.LEADING, 0), new Clip.Dynamic(.9, 2)),
                    3,
                    3,
                    4));

    /** One seed gives one image, whatever shares its batch: rows come and go, with and without guidance. */
    @TestFactory
    Stream<DynamicTest> state_besideNeighboursThatComeAndGo_isTheSameToTheBit() {
        return Stream.of("unet-classcond F32", "unet-classcond BF16", "unet-report F32")
                .map(each -> dynamicTest(each, () -> {
                    String[] words = each.split(" ");
                    try (Service service = new Service(words[0], Precision.valueOf(words[1]))) {
                        checkInvariance(service.loop);
                    }
                }));
    }

    private static void checkInvariance(StepLoop loop) {
        List<float[]> alone = new ArrayList<>();
        for (Job job : JOBS) {
            alone.addAll(run(loop, List.of(job)));
        }
        for (int size : new int[] {2, 3, 5, 8}) {
            for (int shift = 0; shift < JOBS.size(); shift += size) {
                int first = shift;
                List<Integer> picked = IntStream.range(0, size)
                        .mapToObj(i -> (first + i) % JOBS.size())
                        .toList();
                List<float[]> together =
                        run(loop, picked.stream().map(JOBS::get).toList());
                for (int i = 0; i < size; i++) {
                    assertThat(Arrays.mismatch(together.get(i), alone.get(picked.get(i))))
                            .as("first element of job %s that differs in the batch %s", picked.get(i), picked)
                            .isEqualTo(-1);
                }
            }
        }
    }

    /** A loop may be closed, as after a failure: its rows go on in another one and come to the same end. */
    @Test
    void step_inALoopAfterAnother_givesTheSameBits() throws IOException {
        try (Service service = new Service("unet-classcond", Precision.F32)) {
            for (Job job : JOBS) {
                float[] straight = run(service.loop, List.of(job)).get(0);
                StepLoop first = service.newLoop();
                Row row = first.start(job.trajectory, job.seed, 0, job.label, job.guidance);
                first.step(List.of(row));
                first.close();
                try (StepLoop second = service.newLoop()) {
                    while (!row.isDone()) {
                        second.step(List.of(row));
                    }
                    assertThat(second.state(row)).isEqualTo(straight);
                    second.remove(row);
                }
            }
        }
    }

    /** Runs jobs to their ends, each from when it joins, and gives their final states. */
    private static List<float[]> run(StepLoop loop, List<Job> jobs) {
        float[][] states = new float[jobs.size()][];
        Row[] rows = new Row[jobs.size()];
        for (int tick = 0; Arrays.asList(states).contains(null); tick++) {
            List<Row> active = new ArrayList<>();
            for (int i = 0; i < rows.length; i++) {
                Job job = jobs.get(i);
                if (job.joins == tick) {
                    rows[i] = loop.start(job.trajectory, job.seed, 0, job.label, job.guidance);
                }
                if (rows[i] != null && states[i] == null) {
                    active.add(rows[i]);
                }
            }
            if (!active.isEmpty()) {
                loop.step(active);
            }
            for (int i = 0; i < rows.length; i++) {
                if (rows[i] != null && states[i] == null && rows[i].isDone()) {
                    states[i] = loop.state(rows[i]);
                    loop.remove(rows[i]);
                }
            }
        }
        return List.of(states);
    }

    /** A golden network behind a loop. */
    private static final class Service implements AutoCloseable {
        final StepLoop loop;
        private final NDManager manager = NDManager.newBaseManager();
        private final InferenceNetwork network;
        private final Shape image;

        Service(String folder, Precision precision) throws IOException {
            GoldenUNet golden = GoldenUNet.read(Path.of("src/test/resources/golden", folder));
            FlatWeights weights = FlatWeights.of(manager, golden.net().parameters(), golden.weights());
            network = InferenceNetwork.load(manager, golden.net(), weights, precision);
            image = new Shape(
                    golden.net().config().inChannels(),
                    golden.net().height(),
                    golden.net().width());
            loop = newLoop();
        }

        StepLoop newLoop() {
            return StepLoop.linked(manager, network::link, image, 0);
        }

        @Override
        public void close() {
            loop.close();
            network.close();
            manager.close();
        }
    }

    /**
     * Images of one gaussian, whose exact denoiser is closed-form: every sampler finds its mean and its deviation. Only lcm is
     * for networks of another kind.
     */
    @TestFactory
    Stream<DynamicTest> run_exactNetworkOfAGaussian_samplesThatGaussian() {
        double mean = .3;
        double deviation = .2;
        TrajectoryRun.Network exact = (x, t) -> {
            double sigma = sigma(t);
            double alpha = 1 / Math.sqrt(1 + sigma * sigma);
            double gain = deviation * deviation / (deviation * deviation + sigma * sigma);
            return Arrays.stream(x)
                    .map(each -> (each / alpha - (mean + gain * (each / alpha - mean))) / sigma)
                    .toArray();
        };
        return Arrays.stream(SamplerName.values())
                .filter(name -> name != SamplerName.LCM)
                .map(name -> dynamicTest(name.wireName(), () -> {
                    double[] numbers = sample(usual(name), exact);
                    double average = Arrays.stream(numbers).average().orElseThrow();
                    double variance = Arrays.stream(numbers)
                            .map(x -> (x - average) * (x - average))
                            .average()
                            .orElseThrow();
                    assertThat(average).isCloseTo(mean, within(.02));
                    assertThat(Math.sqrt(variance)).isCloseTo(deviation, within(.03));
                }));
    }

    private static Sampler usual(SamplerName name) {
        return name.sampler(SamplerOptions.USUAL, SamplerDefaults.USUAL);
    }

    private static double sigma(double t) {
        int below = (int) Math.min(t, SCHEDULE.timesteps() - 2.0);
        return SCHEDULE.sigma(below) + (t - below) * (SCHEDULE.sigma(below + 1) - SCHEDULE.sigma(below));
    }

    private static double[] sample(Sampler sampler, TrajectoryRun.Network network) {
        Trajectory trajectory = sampler.trajectory(SCHEDULE, Prediction.EPSILON, 100);
        try (NDManager manager = NDManager.newBaseManager();
                StepLoop loop = around(manager, new FakeNetworks(List.of(network)), new Shape(3, 16, 16), 0)) {
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                rows.add(loop.start(trajectory, 7, i, 0, 1));
            }
            while (!rows.get(0).isDone()) {
                loop.step(rows);
            }
            return rows.stream()
                    .flatMapToDouble(row -> {
                        float[] state = loop.state(row);
                        return IntStream.range(0, state.length).mapToDouble(i -> state[i]);
                    })
                    .toArray();
        }
    }

    /** Guidance moves along the line through both predictions: 0 ignores the label, 1 has no second call. */
    @Test
    void step_guided_mixesBothPredictions() {
        FakeNetworks constants = new FakeNetworks(List.of(
                (x, t) -> filled(x.length, .5), // with the label
                (x, t) -> filled(x.length, -.25))); // without
        Trajectory oneStep = new Ddim(0, TimeGrid.of(Spacing.LEADING, 0), Clip.NONE, true, false, false)
                .trajectory(SCHEDULE, Prediction.SAMPLE, 1);
        try (NDManager manager = NDManager.newBaseManager();
                StepLoop loop = around(manager, constants, new Shape(1, 2, 2), 1)) {
            for (double guidance : new double[] {0, 1, 3, 7.5}) {
                Row row = loop.start(oneStep, 0, 0, 0, guidance);
                loop.step(List.of(row));
                for (float pixel : loop.state(row)) {
                    assertThat((double) pixel).isCloseTo(-.25 + guidance * .75, within(1e-5));
                }
                loop.remove(row);
            }
        }
    }

    /** The second output is that of the guide, for its own class, beside rows that are guided otherwise or not at all. */
    @Test
    void step_withGuides_leadsAwayFromEach() {
        FakeNetworks main = new FakeNetworks(List.of((x, t) -> filled(x.length, .5), (x, t) -> filled(x.length, -.25)));
        FakeNetworks one = new FakeNetworks(List.of((x, t) -> filled(x.length, .1), (x, t) -> filled(x.length, .2)));
        FakeNetworks wide = new FakeNetworks(List.of((x, t) -> filled(2 * x.length, .3))); // and a variance
        Trajectory oneStep = new Ddim(0, TimeGrid.of(Spacing.LEADING, 0), Clip.NONE, true, false, false)
                .trajectory(SCHEDULE, Prediction.SAMPLE, 1);
        Shape image = new Shape(1, 2, 2);
        try (NDManager manager = NDManager.newBaseManager();
                StepLoop loop = around(manager, main, image, 1);
                StepLoop oneLoop = around(manager, one, image, 0);
                StepLoop wideLoop = around(manager, wide, image, 0)) {
            oneLoop.runAt(rows -> rows + 2); // padded, as where other sizes would give other bits
            Guidance.Guide guide = engine -> engine == 3 ? oneLoop : null;
            Guidance.Guide other = engine -> wideLoop;
            List<Guidance> guidances = List.of(
                    new Guidance(2, guide, 0),
                    Guidance.fromNoLabel(3),
                    new Guidance(2, other, 0),
                    Guidance.fromNoLabel(1),
                    new Guidance(3, guide, 1),
                    new Guidance(1, guide, 1));
            double[] expected = {.1 + 2 * .4, -.25 + 3 * .75, .3 + 2 * .2, .5, .2 + 3 * .3, .5};
            List<Row> rows = new ArrayList<>();
            for (Guidance guidance : guidances) {
                rows.add(new Row(oneStep, new NoiseKey(0, rows.size(), null), 0, guidance, null));
            }
            loop.step(rows, 3);
            for (int i = 0; i < expected.length; i++) {
                for (float pixel : loop.state(rows.get(i))) {
                    assertThat((double) pixel).as("row %d", i).isCloseTo(expected[i], within(1e-5));
                }
                rows.get(i).close();
            }
        }
    }

    /** Guidance changes the mean alone: a variance outside of what the network learned would be none. */
    @Test
    void step_guidedWithLearnedVariance_takesTheVarianceOfTheLabel() {
        double v = .4; // and -.6 without the label
        FakeNetworks constants = new FakeNetworks(List.of((x, t) -> new double[] {.5, .5, .5, .5, v, v, v, v}, (x, t) ->
                new double[] {-.25, -.25, -.25, -.25, -.6, -.6, -.6, -.6}));
        Trajectory steps = new Ddpm(Ddpm.Variance.LEARNED_RANGE, TimeGrid.of(Spacing.LEADING, 0), Clip.NONE)
                .trajectory(SCHEDULE, Prediction.SAMPLE, 2);
        try (NDManager manager = NDManager.newBaseManager();
                StepLoop loop = around(manager, constants, new Shape(1, 2, 2), 1)) {
            Row row = loop.start(steps, 3, 0, 0, 2.5);
            float[] before = loop.state(row);
            loop.step(List.of(row));
            ReverseStep step = steps.steps().get(0);
            float[] z = new float[4];
            CounterNoise.fill(3, 0, 1, z, 0, 4);
            double x0 = -.25 + 2.5 * .75;
            double deviation = step.learnedVariance().deviation(v);
            for (int i = 0; i < 4; i++) {
                double expected = step.matrix()[0] * before[i]
                        + step.matrix()[1] * x0
                        + step.matrix()[2] * x0
                        + step.matrix()[3] * deviation * z[i];
                assertThat((double) loop.state(row)[i]).isCloseTo(expected, within(1e-5));
            }
        }
    }

    private static StepLoop around(NDManager manager, Denoiser denoiser, Shape image, int noLabel) {
        return StepLoop.around(manager, denoiser, image, noLabel, CounterNoise::fill);
    }

    private static double[] filled(int length, double value) {
        double[] values = new double[length];
        Arrays.fill(values, value);
        return values;
    }
}
