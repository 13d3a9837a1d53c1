package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NoiseScheduleTest {
    @ParameterizedTest
    @EnumSource(BetaCurve.class)
    void of_everyCurveAndLength_fallsFromOneTowardsZero(BetaCurve curve) {
        for (int timesteps : new int[] {20, 21, 100, 999, 4000}) {
            for (boolean zero : new boolean[] {false, true}) {
                NoiseSchedule schedule =
                        NoiseSchedule.of(ScheduleSpec.of(curve, timesteps).withZeroTerminalSnr(zero));
                assertThat(schedule.timesteps()).isEqualTo(timesteps);
                double above = 1;
                for (int t = 0; t < timesteps; t++) {
                    assertThat(schedule.beta(t)).isGreaterThan(0).isLessThanOrEqualTo(1);
                    assertThat(schedule.alphasCumprod(t))
                            .isGreaterThanOrEqualTo(0)
                            .isLessThan(above);
                    above = schedule.alphasCumprod(t);
                }
                assertThat(schedule.terminalSignal() == 0).isEqualTo(zero);
            }
        }
    }

    /** The amplitudes a course report left by clipping its betas at .02. */
    @Test
    void leaksSignal_betasClippedAtTwoPercent_isTrue() {
        NoiseSchedule cosine =
                NoiseSchedule.of(ScheduleSpec.of(BetaCurve.COSINE, 1000).withMaxBeta(.02));
        NoiseSchedule sigmoid =
                NoiseSchedule.of(ScheduleSpec.of(BetaCurve.SIGMOID_SIGNAL, 1000).withMaxBeta(.02));
        assertThat(cosine.terminalSignal()).isCloseTo(.0565, within(5e-5));
        assertThat(sigmoid.terminalSignal()).isCloseTo(.0794, within(5e-5));
        assertThat(cosine.leaksSignal()).isTrue();
        assertThat(cosine.rescaledToZeroTerminalSnr().leaksSignal()).isFalse();
        assertThat(NoiseSchedule.of(BetaCurve.COSINE, 1000).leaksSignal()).isFalse();
        assertThat(NoiseSchedule.of(BetaCurve.LINEAR, 1000).leaksSignal()).isFalse();
    }

    @Test
    void of_spec_canBeMadeAgainFromItsSpec() {
        ScheduleSpec spec = ScheduleSpec.of(BetaCurve.SCALED_LINEAR, 300)
                .withBetas(.00085, .012)
                .withMaxBeta(.01)
                .withZeroTerminalSnr(true);
        NoiseSchedule schedule = NoiseSchedule.of(spec);
        assertThat(schedule.spec()).contains(spec);
        assertThat(NoiseSchedule.of(schedule.spec().orElseThrow())).isEqualTo(schedule);
    }

    @Test
    void ofBetas_givenTable_isCopiedAndHasNoSpec() {
        double[] betas = {.1, .2, .5};
        NoiseSchedule schedule = NoiseSchedule.ofBetas(betas);
        betas[0] = .9;
        assertThat(schedule.betas()).containsExactly(.1, .2, .5);
        assertThat(schedule.alphasCumprod()[2]).isCloseTo(.36, within(1e-15));
        assertThat(schedule.snr(2)).isCloseTo(.36 / .64, within(1e-15));
        assertThat(schedule.sigma(2)).isCloseTo(4.0 / 3, within(1e-14));
        assertThat(schedule.spec()).isEmpty();
        assertThat(schedule.rescaledToZeroTerminalSnr().terminalSignal()).isZero();
        assertThat(schedule).isNotEqualTo(NoiseSchedule.ofBetas(betas));
    }

    @Test
    void linearScaledTo_fewTimesteps_endsWithTheSignalOfAThousand() {
        double thousand = NoiseSchedule.of(BetaCurve.LINEAR, 1000).terminalSignal();
        assertThat(NoiseSchedule.of(ScheduleSpec.linearScaledTo(250)).terminalSignal())
                .isCloseTo(thousand, within(.001));
        assertThatThrownBy(() -> ScheduleSpec.linearScaledTo(19))
                .hasMessage("timesteps 19 must be 20 or more to scale linear betas");
    }

    @Test
    void of_valuesOutOfRange_areRejectedByName() {
        ScheduleSpec spec = ScheduleSpec.of(BetaCurve.LINEAR, 100);
        assertThatThrownBy(() -> ScheduleSpec.of(BetaCurve.LINEAR, 1)).hasMessage("timesteps 1 must be 2 to 10000");
        assertThatThrownBy(() -> spec.withBetas(0, .1)).hasMessage("betaStart 0.0 must be above 0 and at most 1");
        assertThatThrownBy(() -> spec.withBetas(.1, 1.5)).hasMessage("betaEnd 1.5 must be above 0 and at most 1");
        assertThatThrownBy(() -> spec.withMaxBeta(Double.NaN)).hasMessage("maxBeta NaN must be above 0 and at most 1");
        assertThatThrownBy(() -> NoiseSchedule.ofBetas(new double[] {.1, -.1}))
                .hasMessage("betas[1] -0.1 must be above 0 and at most 1");
        assertThatThrownBy(() -> NoiseSchedule.ofBetas(new double[] {.1}))
                .hasMessage("betas has 1 entries, must have 2 to 10000");
        assertThatThrownBy(() -> BetaCurve.named("quadratic"))
                .hasMessage("beta schedule 'quadratic' must be one of cosine, linear, scaled_linear, "
                        + "squaredcos_cap_v2, sigmoid, sigmoid_signal");
    }
}
