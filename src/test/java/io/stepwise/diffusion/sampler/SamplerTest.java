package io.stepwise.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.diffusion.BetaCurve;
import io.stepwise.diffusion.Clip;
import io.stepwise.diffusion.CounterNoise;
import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.EdmPreconditioning;
import io.stepwise.diffusion.MixtureModel;
import io.stepwise.diffusion.NoiseLevel;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.Prediction;
import io.stepwise.diffusion.ReverseStep;
import io.stepwise.diffusion.ScheduleSpec;
import io.stepwise.diffusion.Trajectory;
import io.stepwise.diffusion.TrajectoryRun;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SamplerTest {
    private static final int SMALL_T = 24;
    private static final double MEAN = .3;
    private static final double DEVIATION = .2;

    private static List<Sampler> samplers() {
        List<Sampler> samplers = new ArrayList<>();
        for (Spacing spacing : List.of(Spacing.LEADING, Spacing.TRAILING, Spacing.LINSPACE)) {
            for (int offset = 0; offset < 2; offset++) {
                for (boolean stock : new boolean[] {false, true}) {
                    samplers.add(new Ddim(.7, TimeGrid.of(spacing, offset), Clip.UNIT, offset == 0, stock, stock));
                }
                samplers.add(new Ddpm(Ddpm.Variance.FIXED_LARGE, TimeGrid.of(spacing, offset), Clip.UNIT));
                for (Sigmas sigmas : new Sigmas[] {null, Sigmas.KARRAS, Sigmas.EXPONENTIAL}) {
                    samplers.addAll(solvers(new TimeGrid(spacing, offset, sigmas, offset == 1)));
                }
            }
        }
        samplers.add(Ddpm.of(Ddpm.Variance.FIXED_SMALL, Spacing.TRAILING));
        samplers.add(new Heun(TimeGrid.over(Sigmas.KARRAS), Clip.UNIT, new Churn(20, .1, 10, 1.003)));
        samplers.add(new Ddim(.5, TimeGrid.over(Sigmas.KARRAS), Clip.UNIT, true, false, false));
        samplers.add(new Ddpm(Ddpm.Variance.FIXED_LARGE, TimeGrid.over(Sigmas.EXPONENTIAL), Clip.UNIT));
        return samplers;
    }

    private static List<Sampler> solvers(TimeGrid grid) {
        double none = Double.NEGATIVE_INFINITY;
        return List.of(
                Euler.of(grid),
                new Euler(grid, Clip.UNIT, new Churn(5, .1, 10, 1), false),
                new Euler(grid, Clip.NONE, new Churn(5, .1, 10, 1), true),
                EulerAncestral.of(grid),
                new EulerAncestral(grid, Clip.UNIT, .5, 1.1),
                Heun.of(grid),
                DpmSolverPP.secondOrder(grid),
                new DpmSolverPP(1, DpmSolverPP.SecondOrderRule.HEUN, false, grid, Clip.UNIT, none, true, false),
                new DpmSolverPP(2, DpmSolverPP.SecondOrderRule.HEUN, true, grid, Clip.UNIT, none, false, true),
                new DpmSolverPP(3, DpmSolverPP.SecondOrderRule.MIDPOINT, false, grid, Clip.UNIT, -3, false, false),
                UniPc.secondOrder(grid),
                new UniPc(3, UniPc.StepFunction.BH1, true, grid, Clip.UNIT, false, Set.of(0, 3)),
                new UniPc(2, UniPc.StepFunction.BH2, false, grid, Clip.NONE, true, Set.of()));
    }

    static Stream<Arguments> everyNetworkAndSampler() {
        NoiseSchedule linear =
                NoiseSchedule.of(ScheduleSpec.linearScaledTo(SMALL_T).withMaxBeta(.9));
        NoiseSchedule cosine = NoiseSchedule.of(BetaCurve.COSINE, SMALL_T);
        NoiseSchedule zeroSnr = linear.rescaledToZeroTerminalSnr();
        return samplers().stream()
                .flatMap(sampler -> Stream.of(
                        Arguments.of(sampler, new DiscreteTime(linear, Prediction.EPSILON)),
                        Arguments.of(sampler, new DiscreteTime(cosine, Prediction.SAMPLE)),
                        Arguments.of(sampler, new DiscreteTime(zeroSnr, Prediction.V_PREDICTION))));
    }

    @ParameterizedTest
    @MethodSource("everyNetworkAndSampler")
    void trajectory_everyStepCount_endsFinite(Sampler sampler, DiscreteTime network) {
        TrajectoryRun.Network exact = gaussian(4).discrete(network.schedule(), network.prediction());
        for (int steps = 1; steps <= SMALL_T; steps++) {
            Trajectory trajectory = sampler.trajectory(network, steps);
            assertThat(trajectory.networkCalls()).isBetween(1, 2 * steps);
            double[] image = image(trajectory, exact, 4, steps);
            assertThat(DoubleStream.of(image)).as("%s steps", steps).allMatch(Double::isFinite);
            for (ReverseStep step : trajectory.steps()) {
                assertThat(step.timestep()).isBetween(0.0, SMALL_T - 1.0);
            }
        }
    }

    static Stream<Sampler> samplersThatConverge() {
        return Stream.concat(
                Stream.of(
                        Ddim.of(0, Spacing.TRAILING),
                        Ddim.of(1, Spacing.TRAILING),
                        Ddpm.of(Ddpm.Variance.FIXED_SMALL, Spacing.LEADING),
                        new Heun(TimeGrid.over(Sigmas.KARRAS), Clip.NONE, new Churn(20, .05, 50, 1)),
                        new Ddim(1, TimeGrid.over(Sigmas.KARRAS), Clip.UNIT, true, false, false),
                        new Ddpm(Ddpm.Variance.FIXED_SMALL, TimeGrid.over(Sigmas.KARRAS), Clip.UNIT)),
                Arrays.stream(SamplerName.values())
                        .filter(name ->
                                name != SamplerName.LCM) // for networks that see the end of a path, not the mean
                        .map(name -> name.sampler(SamplerOptions.USUAL, SamplerDefaults.USUAL)));
    }

    /** With 100 steps of the exact denoiser of N(.3, .2²), thousands of elements have that mean and deviation. */
    @ParameterizedTest
    @MethodSource("samplersThatConverge")
    void trajectory_exactDenoiserOfGaussian_recoversItsMoments(Sampler sampler) {
        NoiseSchedule schedule = NoiseSchedule.of(BetaCurve.LINEAR, 1000);
        int size = 4000;
        Trajectory trajectory = sampler.trajectory(schedule, Prediction.EPSILON, 100);
        double[] image = image(trajectory, gaussian(size).discrete(schedule, Prediction.EPSILON), size, 3);
        double mean = DoubleStream.of(image).average().orElseThrow();
        double variance = DoubleStream.of(image)
                .map(x -> (x - mean) * (x - mean))
                .average()
                .orElseThrow();
        assertThat(mean).isCloseTo(MEAN, within(.02));
        assertThat(Math.sqrt(variance)).isCloseTo(DEVIATION, within(.03));
    }

    static Stream<Sampler> samplersOfEdmNetworks() {
        return Stream.of(
                Ddim.of(0, Spacing.LEADING),
                Ddim.of(1, Spacing.LEADING),
                Ddpm.of(Ddpm.Variance.FIXED_SMALL, Spacing.LEADING),
                Heun.of(TimeGrid.LINSPACE),
                new Heun(TimeGrid.LINSPACE, Clip.NONE, new Churn(20, .05, 50, 1)),
                Euler.of(TimeGrid.LINSPACE),
                EulerAncestral.of(TimeGrid.LINSPACE),
                DpmSolverPP.secondOrder(TimeGrid.LINSPACE),
                UniPc.secondOrder(TimeGrid.LINSPACE));
    }

    @ParameterizedTest
    @MethodSource("samplersOfEdmNetworks")
    void trajectory_edmNetwork_recoversTheMean(Sampler sampler) {
        EdmPreconditioning edm = new EdmPreconditioning(.5);
        Trajectory trajectory = sampler.trajectory(edm, 60);
        assertThat(trajectory.initialScale() / trajectory.start().size()).isCloseTo(1, within(1e-12));
        assertThat(trajectory.start().sigma() / trajectory.start().alpha()).isCloseTo(80, within(1e-9));
        double[] image = image(trajectory, gaussian(4000).preconditioned(edm), 4000, 3);
        assertThat(DoubleStream.of(image).average().orElseThrow()).isCloseTo(MEAN, within(.02));
    }

    /** Going back over sigma is the forward process: with every part unknown the runs lead to the data. */
    @Test
    void inpainting_edmNetwork_goesBackAndRecoversTheMoments() {
        EdmPreconditioning edm = new EdmPreconditioning(.5);
        Trajectory run = new RePaint(1, 5, 3, Clip.NONE, TimeGrid.over(Sigmas.EDM)).trajectory(edm, 100);
        assertThat(run.networkCalls()).isEqualTo(100 + 2 * 5 * 19);
        double[] image = image(run, gaussian(4000).preconditioned(edm), 4000, 3);
        double mean = DoubleStream.of(image).average().orElseThrow();
        double variance = DoubleStream.of(image)
                .map(x -> (x - mean) * (x - mean))
                .average()
                .orElseThrow();
        assertThat(mean).isCloseTo(MEAN, within(.02));
        assertThat(Math.sqrt(variance)).isCloseTo(DEVIATION, within(.03));
        assertThat(new RePaint(1, 5, 3, Clip.NONE, TimeGrid.over(Sigmas.EDM))
                        .trajectory(edm, 100, .5)
                        .start()
                        .sigma())
                .isLessThan(run.start().sigma());
    }

    /** k-diffusion's get_ancestral_step, in its own words. */
    @Test
    void along_eulerAncestralWithEtaAndNoise_isTheReferencesStep() {
        double from = 3;
        double to = 2;
        double eta = .6;
        double up = Math.min(to, eta * Math.sqrt(to * to * (from * from - to * to) / (from * from)));
        double down = Math.sqrt(to * to - up * up);
        ReverseStep step = new EulerAncestral(TimeGrid.LINSPACE, Clip.NONE, eta, 1.1)
                .along(
                        new EdmPreconditioning(.5),
                        List.of(NoiseLevel.exploding(0, from), NoiseLevel.exploding(0, to)),
                        0)
                .steps()
                .get(0);
        assertThat(step.matrix())
                .containsExactly(new double[] {down / from, 1 - down / from, 0, 1.1 * up}, within(1e-15));
    }

    /** DDIM and DDPM over sigma are Euler's method and ancestral sampling, in other units. */
    @Test
    void trajectory_edmNetworkWithDdimAndDdpm_isThatOfEulerAndEulerAncestral() {
        EdmPreconditioning edm = new EdmPreconditioning(.31, true);
        TimeGrid grid = TimeGrid.over(new Sigmas(.01, 50.0, 5));
        Ddim ddim = new Ddim(0, grid, Clip.NONE, true, false, false);
        Ddim random = new Ddim(.6, grid, Clip.NONE, true, false, false);
        assertSameImages(edm, ddim, Euler.of(grid));
        assertSameImages(edm, random, new EulerAncestral(grid, Clip.NONE, .6, 1));
        assertSameImages(
                edm, new Ddpm(Ddpm.Variance.FIXED_SMALL, grid, Clip.UNIT), new EulerAncestral(grid, Clip.UNIT, 1, 1));
    }

    /** diffusers' {@code final_sigmas_type: sigma_min}: the last step has no length and changes nothing. */
    @Test
    void trajectory_edmNetworkEndingAtTheLeastSigma_leavesThatNoise() {
        EdmPreconditioning edm = new EdmPreconditioning(.5);
        TimeGrid grid = new TimeGrid(Spacing.LINSPACE, 0, new Sigmas(.01, 50.0, 5), true);
        for (Sampler sampler : solvers(grid)) {
            Trajectory whole = sampler.trajectory(edm, 20);
            double[][] states =
                    TrajectoryRun.of(whole, gaussian(4).preconditioned(edm), noise(4, 3, 0), draw -> noise(4, 3, draw))
                            .stream()
                            .map(TrajectoryRun.Done::after)
                            .toArray(double[][]::new);
            assertThat(states[whole.steps().size() - 1])
                    .as("%s", sampler)
                    .containsExactly(states[whole.steps().size() - 2], within(.05));
        }
    }

    private static void assertSameImages(EdmPreconditioning edm, Sampler one, Sampler other) {
        TrajectoryRun.Network exact = gaussian(4).preconditioned(edm);
        double[] images = image(one.trajectory(edm, 12), exact, 4, 9);
        assertThat(images).containsExactly(image(other.trajectory(edm, 12), exact, 4, 9), within(1e-9));
    }

    @Test
    void trajectory_stepsOutOfRange_isRejected() {
        for (Sampler sampler : samplers()) {
            for (int steps : new int[] {-1, 0, SMALL_T + 1}) {
                assertThatThrownBy(() -> sampler.trajectory(
                                NoiseSchedule.of(BetaCurve.COSINE, SMALL_T), Prediction.EPSILON, steps))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("steps " + steps + " must be 1 to " + SMALL_T);
            }
        }
    }

    @Test
    void trajectory_epsilonWithoutSignal_isRejected() {
        NoiseSchedule schedule = NoiseSchedule.of(BetaCurve.LINEAR, 1000).rescaledToZeroTerminalSnr();
        assertThatThrownBy(() -> Ddim.of(0, Spacing.TRAILING).trajectory(schedule, Prediction.EPSILON, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be v_prediction or sample");
        assertThat(Ddim.of(0, Spacing.LEADING)
                        .trajectory(schedule, Prediction.EPSILON, 10)
                        .steps())
                .hasSize(10);
    }

    @ParameterizedTest
    @EnumSource(names = {"LEADING", "TRAILING", "LINSPACE"})
    void trajectory_halfStrength_isTheSecondHalf(Spacing spacing) {
        DiscreteTime network = new DiscreteTime(NoiseSchedule.of(BetaCurve.LINEAR, 1000), Prediction.EPSILON);
        for (Sampler sampler : List.of(Ddim.of(1, spacing), Euler.of(TimeGrid.of(spacing, 0)), Ddim.of(0, spacing))) {
            Trajectory whole = sampler.trajectory(network, 10);
            Trajectory half = sampler.trajectory(network, 10, .5);
            assertThat(half.steps()).hasSize(5);
            for (int i = 0; i < 5; i++) {
                assertThat(half.steps().get(i))
                        .usingRecursiveComparison()
                        .isEqualTo(whole.steps().get(i + 5));
            }
            assertThat(half.start().timestep()).isEqualTo(whole.steps().get(5).timestep());
        }
    }

    /** From an image of the data plus the noise of the start, the run leads back to the data. */
    @ParameterizedTest
    @MethodSource("samplersThatConverge")
    void trajectory_fromNoisyImage_recoversTheMean(Sampler sampler) {
        NoiseSchedule schedule = NoiseSchedule.of(BetaCurve.LINEAR, 1000);
        DiscreteTime network = new DiscreteTime(schedule, Prediction.EPSILON);
        Trajectory part = sampler.trajectory(network, 100, .6);
        double start = MEAN * part.start().alpha() / part.initialScale();
        double spread = part.start().sigma() / part.initialScale();
        double[] state =
                DoubleStream.of(noise(4000, 3, 0)).map(z -> start + spread * z).toArray();
        List<TrajectoryRun.Done> done = TrajectoryRun.of(
                part, gaussian(4000).discrete(schedule, Prediction.EPSILON), state, draw -> noise(4000, 3, draw));
        assertThat(DoubleStream.of(done.get(done.size() - 1).after()).average().orElseThrow())
                .isCloseTo(MEAN, within(.02));
    }

    @Test
    void trajectory_strengthOutOfRange_isRejected() {
        DiscreteTime network = new DiscreteTime(NoiseSchedule.of(BetaCurve.LINEAR, 100), Prediction.EPSILON);
        for (double strength : new double[] {-.1, 1.1, Double.NaN}) {
            assertThatThrownBy(() -> Ddim.of(0, Spacing.LEADING).trajectory(network, 10, strength))
                    .hasMessage("strength " + strength + " must be 0 to 1");
        }
        for (double strength : new double[] {0, .01, .19}) {
            assertThat(Ddim.of(0, Spacing.LEADING)
                            .trajectory(network, 10, strength)
                            .steps())
                    .hasSize(1);
        }
    }

    @Test
    void trajectory_givenTimesteps_visitsThem() {
        DiscreteTime network = new DiscreteTime(NoiseSchedule.of(BetaCurve.LINEAR, 100), Prediction.EPSILON);
        int[] timesteps = {99, 50, 49, 7};
        for (Sampler sampler : samplers()) {
            List<Double> visited = sampler.trajectory(network, timesteps).steps().stream()
                    .filter(ReverseStep::callsNetwork)
                    .map(ReverseStep::timestep)
                    .toList();
            boolean churned = (sampler instanceof Heun heun && !heun.churn().equals(Churn.NONE))
                    || (sampler instanceof Euler euler && !euler.churn().equals(Churn.NONE));
            if (!churned) {
                TreeSet<Double> distinct = new TreeSet<>(visited);
                distinct.remove(0.0); // Heun's last correction, where a run ends at the noise of t = 0
                assertThat(distinct).containsExactly(7.0, 49.0, 50.0, 99.0);
            }
        }
        Ddim ddim = Ddim.of(0, Spacing.LEADING);
        assertThatThrownBy(() -> ddim.trajectory(network, new int[] {100, 3}))
                .hasMessage("timesteps[0] 100 must be 0 to 99");
        assertThatThrownBy(() -> ddim.trajectory(network, new int[] {50, 50}))
                .hasMessage("timesteps[1] 50 must be 0 to 49");
        assertThatThrownBy(() -> ddim.trajectory(network, new int[0])).hasMessage("timesteps must not be empty");
    }

    @Test
    void trajectory_learnedVariance_spansSmallToLarge() {
        NoiseSchedule schedule = NoiseSchedule.of(BetaCurve.LINEAR, 1000);
        List<ReverseStep> learned = Ddpm.of(Ddpm.Variance.LEARNED_RANGE, Spacing.LEADING)
                .trajectory(schedule, Prediction.EPSILON, 10)
                .steps();
        List<ReverseStep> small = Ddpm.of(Ddpm.Variance.FIXED_SMALL, Spacing.LEADING)
                .trajectory(schedule, Prediction.EPSILON, 10)
                .steps();
        List<ReverseStep> large = Ddpm.of(Ddpm.Variance.FIXED_LARGE, Spacing.LEADING)
                .trajectory(schedule, Prediction.EPSILON, 10)
                .steps();
        for (int i : IntStream.range(0, 9).toArray()) {
            ReverseStep.LearnedVariance range = learned.get(i).learnedVariance();
            assertThat(range).isNotNull();
            assertThat(range.deviation(-1)).isCloseTo(small.get(i).matrix()[3], within(1e-12));
            assertThat(range.deviation(1)).isCloseTo(large.get(i).matrix()[3], within(1e-12));
        }
        assertThat(learned.get(9).draws()).isFalse();
    }

    private static double[] image(Trajectory trajectory, TrajectoryRun.Network network, int size, int seed) {
        List<TrajectoryRun.Done> done =
                TrajectoryRun.of(trajectory, network, noise(size, seed, 0), draw -> noise(size, seed, draw));
        return done.get(done.size() - 1).after();
    }

    private static double[] noise(int size, int seed, int draw) {
        double[] z = new double[size];
        CounterNoise.fill(seed, 0, draw, z, 0, size);
        return z;
    }

    private static MixtureModel gaussian(int size) {
        double[] mean = DoubleStream.generate(() -> MEAN).limit(size).toArray();
        return new MixtureModel(List.of(new MixtureModel.Component(1, DEVIATION, mean)));
    }
}
