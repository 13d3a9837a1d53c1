package io.stepwise.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.diffusion.BetaCurve;
import io.stepwise.diffusion.Clip;
import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.NoiseLevel;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.Prediction;
import io.stepwise.diffusion.ReverseStep;
import io.stepwise.diffusion.Trajectory;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SamplerNameTest {
    private static final TimeGrid GRID = TimeGrid.LINSPACE;
    private static final SamplerDefaults USUAL = SamplerDefaults.USUAL;

    @Test
    void sampler_everyName_hasTheDefaultsOfDiffusers() {
        assertThat(usual("ddim")).isEqualTo(Ddim.of(0, Spacing.LEADING));
        assertThat(usual("ddpm")).isEqualTo(Ddpm.of(Ddpm.Variance.FIXED_SMALL, Spacing.LEADING));
        assertThat(usual("euler")).isEqualTo(Euler.of(GRID));
        assertThat(usual("euler-ancestral")).isEqualTo(EulerAncestral.of(GRID));
        assertThat(usual("heun")).isEqualTo(Heun.of(GRID));
        assertThat(usual("dpm++2m")).isEqualTo(DpmSolverPP.secondOrder(GRID));
        assertThat(usual("unipc")).isEqualTo(UniPc.secondOrder(GRID));
        assertThat(usual("lcm")).isEqualTo(Consistency.of(Spacing.TRAILING));
        assertThat(SamplerName.values()).hasSize(8);
    }

    @Test
    void sampler_choicesAndDefaultsOfTheModel_reachIt() {
        SamplerDefaults model = SamplerDefaults.of(
                TimeGrid.of(Spacing.TRAILING, 1), new Clip.Range(2), Ddpm.Variance.LEARNED_RANGE, false);
        assertThat(SamplerName.DDIM.sampler(SamplerOptions.ofEta(.5), model))
                .isEqualTo(new Ddim(.5, TimeGrid.of(Spacing.TRAILING, 1), new Clip.Range(2), false, false, false));
        assertThat(SamplerName.DDPM.sampler(SamplerOptions.of(Spacing.LINSPACE), model))
                .isEqualTo(new Ddpm(Ddpm.Variance.LEARNED_RANGE, TimeGrid.of(Spacing.LINSPACE, 1), new Clip.Range(2)));
        TimeGrid karras = TimeGrid.of(Spacing.LINSPACE, 1).with(Sigmas.KARRAS);
        assertThat(SamplerName.HEUN.sampler(SamplerOptions.of(Spacing.KARRAS), model))
                .isEqualTo(Heun.of(karras));
        assertThat(SamplerName.UNIPC.sampler(SamplerOptions.of(Spacing.LEADING), model))
                .isEqualTo(UniPc.secondOrder(TimeGrid.of(Spacing.LEADING, 1)));
        assertThat(SamplerName.EULER.sampler(SamplerOptions.USUAL, model))
                .isEqualTo(Euler.of(TimeGrid.of(Spacing.LINSPACE, 1)));
    }

    @Test
    void inpainting_eachSamplerThatInpaints_isRePaintWithItsNoise() {
        assertThat(SamplerName.DDIM.inpainting(SamplerOptions.ofEta(.5), 2, 3, USUAL))
                .isEqualTo(new RePaint(.5, 2, 3, Clip.UNIT, USUAL.grid()));
        assertThat(SamplerName.DDPM.inpainting(SamplerOptions.USUAL, 2, 3, USUAL))
                .isEqualTo(new RePaint(1, 2, 3, Clip.UNIT, USUAL.grid()));
        assertThatThrownBy(() -> SamplerName.HEUN.inpainting(SamplerOptions.USUAL, 2, 3, USUAL))
                .hasMessage("sampler heun must be one of [DDIM, DDPM]");
        assertThat(SamplerName.INPAINTING).allMatch(SamplerName::inpaints).hasSize(2);
    }

    @Test
    void of_everyWireName_findsItsSampler() {
        assertThat(Arrays.stream(SamplerName.values()).map(SamplerName::wireName))
                .containsExactly("ddim", "ddpm", "euler", "euler-ancestral", "heun", "dpm++2m", "unipc", "lcm");
        assertThat(SamplerName.values())
                .allSatisfy(name -> assertThat(SamplerName.of(name.wireName())).contains(name));
        assertThat(SamplerName.of("plms")).isEmpty();
        assertThat(Spacing.values()).allSatisfy(spacing -> assertThat(Spacing.of(spacing.wireName()))
                .contains(spacing));
        assertThat(Spacing.of("even")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void sampler_everySpacing_isFollowed(SamplerName name) {
        NoiseSchedule schedule = NoiseSchedule.of(BetaCurve.LINEAR, 1000);
        List<List<Double>> timesteps = Arrays.stream(Spacing.values())
                .map(spacing ->
                        name.sampler(SamplerOptions.of(spacing), USUAL).trajectory(schedule, Prediction.SAMPLE, 3))
                .map(run -> run.steps().stream().map(ReverseStep::timestep).toList())
                .toList();
        assertThat(timesteps).doesNotHaveDuplicates();
    }

    @Test
    void sampler_rangeOfSigma_isTheGridsWithItsOwnEndsWhereNoneIsGiven() {
        Sigmas own = new Sigmas(.01, 50.0, Double.POSITIVE_INFINITY);
        SamplerDefaults edm = SamplerDefaults.of(TimeGrid.over(own), Clip.NONE, Ddpm.Variance.FIXED_SMALL, true);
        assertThat(grid(options(null, null, null, null), edm)).isEqualTo(own);
        assertThat(grid(options(null, null, .02, null), edm))
                .isEqualTo(new Sigmas(.02, 50.0, Double.POSITIVE_INFINITY));
        assertThat(grid(options(null, 5.0, null, 20.0), edm)).isEqualTo(new Sigmas(.01, 20.0, 5));
        assertThat(grid(options(Spacing.KARRAS, null, null, null), edm)).isEqualTo(new Sigmas(.01, 50.0, 7));
        assertThat(grid(options(null, 5.0, null, null), USUAL)).isEqualTo(new Sigmas(null, null, 5));
        assertThat(grid(options(Spacing.EXPONENTIAL, null, .1, null), USUAL))
                .isEqualTo(new Sigmas(.1, null, Double.POSITIVE_INFINITY));
        assertThat(grid(options(Spacing.TRAILING, null, null, null), USUAL)).isNull();
        assertThatThrownBy(() -> grid(options(Spacing.TRAILING, null, null, null), edm))
                .hasMessage("spacing trailing must be karras or exponential for a network without timesteps");
    }

    private static SamplerOptions options(Spacing spacing, Double rho, Double min, Double max) {
        return new SamplerOptions(null, spacing, rho, min, max, null, null, null, null);
    }

    private static Sigmas grid(SamplerOptions options, SamplerDefaults defaults) {
        return ((Heun) SamplerName.HEUN.sampler(options, defaults)).grid().sigmas();
    }

    /** The model's own leading timesteps start below full noise, and a single one is t = 0; levels over sigma don't. */
    @ParameterizedTest
    @EnumSource
    void sampler_overSigma_startsAtTheLastTimestepsNoise(SamplerName name) {
        DiscreteTime network = new DiscreteTime(NoiseSchedule.of(BetaCurve.LINEAR, 1000), Prediction.SAMPLE);
        for (int steps : new int[] {1, 10}) {
            NoiseLevel start = name.sampler(SamplerOptions.of(Spacing.KARRAS), USUAL)
                    .trajectory(network, steps)
                    .start();
            assertThat(start.sigma() / start.alpha()).isCloseTo(network.sigma(999), within(1e-9));
        }
    }

    @Test
    void sampler_churnAndNoise_reachIt() {
        SamplerOptions churned = new SamplerOptions(null, null, null, null, null, 40.0, .05, 50.0, 1.003);
        Churn churn = new Churn(40, .05, 50, 1.003);
        assertThat(SamplerName.HEUN.sampler(churned, USUAL)).isEqualTo(new Heun(GRID, Clip.NONE, churn));
        assertThat(SamplerName.EULER.sampler(churned, USUAL)).isEqualTo(new Euler(GRID, Clip.NONE, churn, false));
        SamplerOptions noisy = new SamplerOptions(.5, null, null, null, null, null, null, null, 1.1);
        assertThat(SamplerName.EULER_ANCESTRAL.sampler(noisy, USUAL))
                .isEqualTo(new EulerAncestral(GRID, Clip.NONE, .5, 1.1));
    }

    @Test
    void completed_withoutEta_hasTheSamplersOwn() {
        assertThat(SamplerName.DDIM.completed(SamplerOptions.USUAL).eta()).isZero();
        assertThat(SamplerName.EULER_ANCESTRAL.completed(SamplerOptions.USUAL).eta())
                .isOne();
        assertThat(SamplerName.EULER.completed(SamplerOptions.USUAL).eta()).isNull();
        assertThat(SamplerName.DDIM.completed(SamplerOptions.ofEta(.3)).eta()).isEqualTo(.3);
    }

    @ParameterizedTest
    @EnumSource
    void traits_ofEverySampler_areThoseOfItsTrajectory(SamplerName name) {
        Trajectory run = name.sampler(SamplerOptions.USUAL, USUAL)
                .trajectory(NoiseSchedule.of(BetaCurve.LINEAR, 100), Prediction.EPSILON, 9);
        assertThat(run.networkCalls()).isEqualTo(name.networkCalls(9));
        assertThat(run.steps().stream().anyMatch(ReverseStep::draws)).isEqualTo(name.isRandom());
    }

    @Test
    void sampler_valuesThatItDoesNotTake_areRejectedByName() {
        assertThatThrownBy(() -> SamplerName.EULER.sampler(SamplerOptions.ofEta(.5), USUAL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("eta 0.5 must be left out with sampler euler");
        assertThatThrownBy(() -> SamplerName.DDIM.sampler(SamplerOptions.ofEta(1.5), USUAL))
                .hasMessage("eta 1.5 must be 0 to 1");
        assertThatThrownBy(() -> SamplerName.DDIM.sampler(SamplerOptions.ofEta(Double.NaN), USUAL))
                .hasMessage("eta NaN must be 0 to 1");
    }

    @Test
    void new_samplerRecordsOutOfRange_areRejectedByName() {
        assertThatThrownBy(() -> Ddim.of(-.1, Spacing.LEADING)).hasMessage("eta -0.1 must be 0 to 1");
        assertThatThrownBy(() -> new EulerAncestral(GRID, Clip.NONE, 2, 1)).hasMessage("eta 2.0 must be 0 to 1");
        assertThatThrownBy(() -> new EulerAncestral(GRID, Clip.NONE, 1, -1)).hasMessage("noise -1.0 must be 0 or more");
        assertThatThrownBy(() -> TimeGrid.of(Spacing.LEADING, 2)).hasMessage("stepsOffset 2 must be 0 or 1");
        assertThatThrownBy(() -> new Sigmas(1.0, 1.0, 7)).hasMessage("sigma_min 1.0 must be below sigma_max 1.0");
        assertThatThrownBy(() -> new Sigmas(null, -1.0, 7)).hasMessage("sigma_max -1.0 must be above 0");
        assertThatThrownBy(() -> new Sigmas(null, null, 0)).hasMessage("rho 0.0 must be above 0");
        assertThatThrownBy(() -> new Churn(-1, 0, 1, 1)).hasMessage("amount -1.0 must be 0 or more");
        assertThatThrownBy(() -> new Churn(1, 2, 1, 1)).hasMessage("tMin 2.0 must be 0 to tMax 1.0");
        assertThatThrownBy(() -> new Churn(1, 0, 1, 0)).hasMessage("noise 0.0 must be above 0");
        assertThatThrownBy(() -> new UniPc(4, UniPc.StepFunction.BH2, true, GRID, Clip.NONE, true, Set.of()))
                .hasMessage("order 4 must be 1, 2 or 3");
        assertThatThrownBy(() -> new UniPc(2, UniPc.StepFunction.BH2, false, GRID, Clip.UNIT, true, Set.of()))
                .hasMessageStartingWith("clip Range");
        assertThatThrownBy(() -> new DpmSolverPP(
                        0, DpmSolverPP.SecondOrderRule.MIDPOINT, false, GRID, Clip.NONE, -5.1, true, false))
                .hasMessage("order 0 must be 1, 2 or 3");
        assertThatThrownBy(() -> new DpmSolverPP(
                        2, DpmSolverPP.SecondOrderRule.MIDPOINT, false, GRID, Clip.NONE, 0, true, false))
                .hasMessage("lambdaMin 0.0 must be below 0");
        assertThatThrownBy(() -> new RePaint(1, 0, 1, Clip.NONE)).hasMessage("jumpLength 0 must be 1 or more");
        assertThatThrownBy(() -> new RePaint(1, 1, 0, Clip.NONE)).hasMessage("jumpSamples 0 must be 1 or more");
        assertThatThrownBy(() -> new Clip.Range(0)).hasMessage("limit 0.0 must be above 0");
        assertThatThrownBy(() -> new Clip.Dynamic(0, 1)).hasMessage("ratio 0.0 must be above 0 and at most 1");
        assertThatThrownBy(() -> new Clip.Dynamic(.9, .5)).hasMessage("max 0.5 must be 1 or more");
        assertThatThrownBy(() -> Ddpm.Variance.named("learned"))
                .hasMessage(
                        "variance_type 'learned' must be one of fixed_small, fixed_small_log, fixed_large, learned_range");
        assertThatThrownBy(() -> Ddim.of(0, Spacing.KARRAS))
                .hasMessage("spacing karras must be leading, trailing or linspace here");
        assertThatThrownBy(() -> TimeGrid.of(Spacing.KARRAS, 0))
                .hasMessage("spacing karras must be leading, trailing or linspace here");
    }

    private static Sampler usual(String name) {
        return SamplerName.of(name).orElseThrow().sampler(SamplerOptions.USUAL, USUAL);
    }
}
