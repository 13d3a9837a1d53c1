package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;

class SamplerOptionsTest {
    private static final TimeGrid GRID = TimeGrid.LINSPACE;

    @Test
    void sampler_everyName_hasTheDefaultsOfDiffusers() {
        assertThat(named("ddim")).isEqualTo(Ddim.of(0, Spacing.LEADING));
        assertThat(named("ddpm")).isEqualTo(Ddpm.of(Ddpm.Variance.FIXED_SMALL, Spacing.LEADING));
        assertThat(named("euler")).isEqualTo(Euler.of(GRID));
        assertThat(named("euler-ancestral")).isEqualTo(EulerAncestral.of(GRID));
        assertThat(named("heun")).isEqualTo(Heun.of(GRID));
        assertThat(named("dpm++2m")).isEqualTo(DpmSolverPP.secondOrder(GRID));
        assertThat(named("unipc")).isEqualTo(UniPc.secondOrder(GRID));
        assertThat(SamplerOptions.NAMES).hasSize(7);
    }

    @Test
    void sampler_choices_reachIt() {
        assertThat(new SamplerOptions("ddim", .5, "trailing", false).sampler())
                .isEqualTo(new Ddim(.5, Spacing.TRAILING, 0, Clip.NONE, true, false, false));
        assertThat(new SamplerOptions("ddpm", null, "linspace", null)
                        .sampler(Ddpm.Variance.LEARNED_RANGE, new Clip.Range(2), 1))
                .isEqualTo(new Ddpm(Ddpm.Variance.LEARNED_RANGE, Spacing.LINSPACE, 1, new Clip.Range(2)));
        TimeGrid karras = new TimeGrid(Spacing.LINSPACE, 0, true, false);
        assertThat(new SamplerOptions("heun", null, "karras", true).sampler())
                .isEqualTo(new Heun(karras, Clip.UNIT, Churn.NONE));
        assertThat(new SamplerOptions("unipc", null, "leading", true)
                        .sampler(Ddpm.Variance.FIXED_SMALL, new Clip.Range(3), 1))
                .isEqualTo(new UniPc(
                        2,
                        UniPc.Kind.BH2,
                        true,
                        new TimeGrid(Spacing.LEADING, 1, false, false),
                        new Clip.Range(3),
                        true,
                        Set.of()));
    }

    @Test
    void new_valuesThatCannotBe_areRejectedByName() {
        assertThatThrownBy(() -> SamplerOptions.of("plms"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sampler 'plms' must be one of ddim, ddpm, euler, euler-ancestral, heun, dpm++2m, unipc");
        assertThatThrownBy(() -> new SamplerOptions("euler", .5, null, null))
                .hasMessage("eta 0.5 must be left out with sampler euler: only ddim has it");
        assertThatThrownBy(() -> new SamplerOptions("ddim", 1.5, null, null)).hasMessage("eta 1.5 must be 0 to 1");
        assertThatThrownBy(() -> new SamplerOptions("ddim", Double.NaN, null, null))
                .hasMessage("eta NaN must be 0 to 1");
        assertThatThrownBy(() -> new SamplerOptions("ddpm", null, "karras", null))
                .hasMessage("spacing 'karras' must be one of leading, trailing, linspace with sampler ddpm");
        assertThatThrownBy(() -> new SamplerOptions("euler", null, "even", null))
                .hasMessage("spacing 'even' must be one of leading, trailing, linspace, karras with sampler euler");
    }

    @Test
    void new_samplerRecordsOutOfRange_areRejectedByName() {
        assertThatThrownBy(() -> Ddim.of(-.1, Spacing.LEADING)).hasMessage("eta -0.1 must be 0 to 1");
        assertThatThrownBy(() -> new EulerAncestral(GRID, Clip.NONE, 2)).hasMessage("eta 2.0 must be 0 to 1");
        assertThatThrownBy(() -> new TimeGrid(Spacing.LEADING, 2, false, false))
                .hasMessage("stepsOffset 2 must be 0 or 1");
        assertThatThrownBy(() -> new Edm(1, 1, 7, Churn.NONE, Clip.NONE))
                .hasMessage("sigmaMin 1.0 must be above 0 and below sigmaMax 1.0");
        assertThatThrownBy(() -> new Edm(1, 2, 0, Churn.NONE, Clip.NONE)).hasMessage("rho 0.0 must be above 0");
        assertThatThrownBy(() -> new Churn(-1, 0, 1, 1)).hasMessage("amount -1.0 must be 0 or more");
        assertThatThrownBy(() -> new Churn(1, 2, 1, 1)).hasMessage("tMin 2.0 must be 0 to tMax 1.0");
        assertThatThrownBy(() -> new Churn(1, 0, 1, 0)).hasMessage("noise 0.0 must be above 0");
        assertThatThrownBy(() -> new UniPc(4, UniPc.Kind.BH2, true, GRID, Clip.NONE, true, Set.of()))
                .hasMessage("order 4 must be 1, 2 or 3");
        assertThatThrownBy(() -> new UniPc(2, UniPc.Kind.BH2, false, GRID, Clip.UNIT, true, Set.of()))
                .hasMessageStartingWith("clip Range");
        assertThatThrownBy(
                        () -> new DpmSolverPP(0, DpmSolverPP.Kind.MIDPOINT, false, GRID, Clip.NONE, -5.1, true, false))
                .hasMessage("order 0 must be 1, 2 or 3");
        assertThatThrownBy(() -> new DpmSolverPP(2, DpmSolverPP.Kind.MIDPOINT, false, GRID, Clip.NONE, 0, true, false))
                .hasMessage("lambdaMin 0.0 must be below 0");
        assertThatThrownBy(() -> new RePaint(1, 0, 1, Clip.NONE)).hasMessage("jumpLength 0 must be 1 or more");
        assertThatThrownBy(() -> new RePaint(1, 1, 0, Clip.NONE)).hasMessage("jumpSamples 0 must be 1 or more");
        assertThatThrownBy(() -> new Clip.Range(0)).hasMessage("limit 0.0 must be above 0");
        assertThatThrownBy(() -> new Clip.Dynamic(0, 1)).hasMessage("ratio 0.0 must be above 0 and at most 1");
        assertThatThrownBy(() -> new Clip.Dynamic(.9, .5)).hasMessage("max 0.5 must be 1 or more");
        assertThatThrownBy(() -> Ddpm.Variance.named("learned"))
                .hasMessage(
                        "variance 'learned' must be one of fixed_small, fixed_small_log, fixed_large, learned_range");
        assertThatThrownBy(() -> Spacing.named("karras"))
                .hasMessage("spacing 'karras' must be one of leading, trailing, linspace");
    }

    private static Sampler named(String name) {
        return SamplerOptions.of(name).sampler();
    }
}
