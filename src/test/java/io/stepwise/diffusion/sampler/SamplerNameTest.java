package io.stepwise.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.diffusion.BetaCurve;
import io.stepwise.diffusion.Clip;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.Prediction;
import io.stepwise.diffusion.ReverseStep;
import io.stepwise.diffusion.Trajectory;
import java.util.Arrays;
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
        assertThat(SamplerName.values()).hasSize(7);
    }

    @Test
    void sampler_choicesAndDefaultsOfTheModel_reachIt() {
        SamplerDefaults model = SamplerDefaults.of(
                TimeGrid.of(Spacing.TRAILING, 1), new Clip.Range(2), Ddpm.Variance.LEARNED_RANGE, false);
        assertThat(SamplerName.DDIM.sampler(.5, null, model))
                .isEqualTo(new Ddim(.5, TimeGrid.of(Spacing.TRAILING, 1), new Clip.Range(2), false, false, false));
        assertThat(SamplerName.DDPM.sampler(0, Spacing.LINSPACE, model))
                .isEqualTo(new Ddpm(Ddpm.Variance.LEARNED_RANGE, TimeGrid.of(Spacing.LINSPACE, 1), new Clip.Range(2)));
        TimeGrid karras = TimeGrid.of(Spacing.LINSPACE, 1).with(Sigmas.KARRAS);
        assertThat(SamplerName.HEUN.sampler(0, Spacing.KARRAS, model)).isEqualTo(Heun.of(karras));
        assertThat(SamplerName.UNIPC.sampler(0, Spacing.LEADING, model))
                .isEqualTo(UniPc.secondOrder(TimeGrid.of(Spacing.LEADING, 1)));
        assertThat(SamplerName.EULER.sampler(0, null, model)).isEqualTo(Euler.of(TimeGrid.of(Spacing.LINSPACE, 1)));
    }

    @Test
    void inpainting_eachSamplerThatInpaints_isRePaintWithItsNoise() {
        assertThat(SamplerName.DDIM.inpainting(.5, 2, 3, USUAL))
                .isEqualTo(new RePaint(.5, 2, 3, Clip.UNIT, USUAL.grid()));
        assertThat(SamplerName.DDPM.inpainting(0, 2, 3, USUAL))
                .isEqualTo(new RePaint(1, 2, 3, Clip.UNIT, USUAL.grid()));
        assertThatThrownBy(() -> SamplerName.HEUN.inpainting(0, 2, 3, USUAL))
                .hasMessage("sampler heun must be one of [DDIM, DDPM]");
        assertThat(SamplerName.INPAINTING).allMatch(SamplerName::inpaints).hasSize(2);
    }

    @Test
    void of_everyWireName_findsItsSampler() {
        assertThat(Arrays.stream(SamplerName.values()).map(SamplerName::wireName))
                .containsExactly("ddim", "ddpm", "euler", "euler-ancestral", "heun", "dpm++2m", "unipc");
        assertThat(SamplerName.values())
                .allSatisfy(name -> assertThat(SamplerName.of(name.wireName())).contains(name));
        assertThat(SamplerName.of("plms")).isEmpty();
        assertThat(Spacing.values()).allSatisfy(spacing -> assertThat(Spacing.of(spacing.wireName()))
                .contains(spacing));
        assertThat(Spacing.of("even")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void spacings_ofEverySampler_areThoseItTakes(SamplerName name) {
        assertThat(Spacing.values()).allSatisfy(spacing -> {
            if (name.spacings().contains(spacing)) {
                name.sampler(0, spacing, USUAL)
                        .trajectory(NoiseSchedule.of(BetaCurve.LINEAR, 10), Prediction.SAMPLE, 3);
            } else {
                assertThatThrownBy(() -> name.sampler(0, spacing, USUAL)).isInstanceOf(IllegalArgumentException.class);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void traits_ofEverySampler_areThoseOfItsTrajectory(SamplerName name) {
        Trajectory run =
                name.sampler(0, null, USUAL).trajectory(NoiseSchedule.of(BetaCurve.LINEAR, 100), Prediction.EPSILON, 9);
        assertThat(run.networkCalls()).isEqualTo(name.networkCalls(9));
        assertThat(run.steps().stream().anyMatch(ReverseStep::draws)).isEqualTo(name.isRandom());
    }

    @Test
    void sampler_valuesThatItDoesNotTake_areRejectedByName() {
        assertThatThrownBy(() -> SamplerName.EULER.sampler(.5, null, USUAL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("eta 0.5 must be 0 with sampler euler");
        assertThatThrownBy(() -> SamplerName.DDIM.sampler(1.5, null, USUAL)).hasMessage("eta 1.5 must be 0 to 1");
        assertThatThrownBy(() -> SamplerName.DDIM.sampler(Double.NaN, null, USUAL))
                .hasMessage("eta NaN must be 0 to 1");
        assertThatThrownBy(() -> SamplerName.DDPM.sampler(0, Spacing.KARRAS, USUAL))
                .hasMessage("spacing KARRAS must be one of [LEADING, TRAILING, LINSPACE] with sampler ddpm");
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
        return SamplerName.of(name).orElseThrow().sampler(0, null, USUAL);
    }
}
