package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PowerProfileTest {
    private static final int STEPS = 400;
    private static final List<Double> WIDTHS = List.of(.05, .10);

    /** A weight that first moves fast, then slowly, and shakes. */
    private static double weight(int step) {
        return Math.sqrt(step) + Math.sin(step / 9.0);
    }

    /** The average of the weights up to {@code steps}, step by step as in training. */
    private static double average(double width, int steps) {
        EmaDecay decay = EmaDecay.PowerFunction.ofWidth(width);
        double average = Double.NaN;
        for (int step = 1; step <= steps; step++) {
            double before = step == 1 ? 0 : average;
            average = decay.at(step) * before + (1 - decay.at(step)) * weight(step);
        }
        return average;
    }

    private static List<PowerProfile> kept(int snapshots) {
        List<PowerProfile> kept = new ArrayList<>();
        for (int i = 1; i <= snapshots; i++) {
            for (double width : WIDTHS) {
                kept.add(PowerProfile.ofWidth((double) STEPS * i / snapshots, width));
            }
        }
        return kept;
    }

    /** Appendix A of the paper. */
    @ParameterizedTest
    @CsvSource({".05, 16.97", ".10, 6.94"})
    void ofWidth_ofThePaper_hasItsGamma(double width, double gamma) {
        assertThat(PowerProfile.ofWidth(1, width).gamma()).isCloseTo(gamma, within(.005));
    }

    @ParameterizedTest
    @ValueSource(doubles = {.03, .05, .075, .10, .15, .20})
    void fit_ofTwentySnapshots_givesTheAverageThatTrainingWouldHaveKept(double width) {
        List<PowerProfile> kept = kept(20);
        PowerProfile.Fit fit = PowerProfile.ofWidth(STEPS, width).fit(kept);
        double sum = 0;
        for (int i = 0; i < kept.size(); i++) {
            sum += fit.factors()[i]
                    * average(WIDTHS.get(i % 2), (int) kept.get(i).steps());
        }
        assertThat(sum).isCloseTo(average(width, STEPS), within(.02));
        assertThat(Math.abs(sum - weight(STEPS))).isGreaterThan(.1); // the average is not the last weight
        assertThat(Arrays.stream(fit.factors()).sum()).isCloseTo(1, within(1e-9));
        assertThat(fit.error()).isLessThan(.03);
    }

    @Test
    void fit_ofAWidthThatIsKept_isThatAverage() {
        PowerProfile.Fit fit = PowerProfile.ofWidth(STEPS, .05).fit(kept(8));
        assertThat(fit.error()).isLessThan(1e-6);
        assertThat(fit.factors()[14]).isCloseTo(1, within(1e-6));
    }

    /** The error by sums over a fine grid; no other factors with the same sum may have a smaller one. */
    @ParameterizedTest
    @CsvSource({"4, .03", "4, .15", "1, .075", "8, .25"})
    void fit_anyOtherFactors_areFurtherAway(int snapshots, double width) {
        List<PowerProfile> kept = kept(snapshots);
        PowerProfile wanted = PowerProfile.ofWidth(STEPS, width);
        PowerProfile.Fit fit = wanted.fit(kept);
        double least = distance(wanted, kept, fit.factors());
        assertThat(fit.error()).isCloseTo(least, within(1e-3));
        for (int i = 1; i < kept.size(); i++) {
            for (double change : new double[] {-.02, .02}) {
                double[] other = fit.factors().clone();
                other[i] += change;
                other[0] -= change;
                assertThat(distance(wanted, kept, other)).isGreaterThan(least);
            }
        }
    }

    private static double distance(PowerProfile wanted, List<PowerProfile> kept, double[] factors) {
        int cells = 40_000;
        double square = 0;
        double norm = 0;
        for (int cell = 0; cell < cells; cell++) {
            double time = STEPS * (cell + .5) / cells;
            double difference = density(wanted, time);
            norm += difference * difference;
            for (int i = 0; i < factors.length; i++) {
                difference -= factors[i] * density(kept.get(i), time);
            }
            square += difference * difference;
        }
        return Math.sqrt(square / norm);
    }

    private static double density(PowerProfile profile, double time) {
        double share = time / profile.steps();
        return share > 1 ? 0 : (profile.gamma() + 1) / profile.steps() * Math.pow(share, profile.gamma());
    }

    @Test
    void fit_fewSnapshots_saysHowFarOffItIs() {
        assertThat(PowerProfile.ofWidth(STEPS, .02).fit(kept(2)).error()).isBetween(.3, .5);
    }

    @Test
    void new_noSteps_isRefused() {
        assertThatThrownBy(() -> new PowerProfile(0, 7)).hasMessage("steps 0.0 must be above 0");
        assertThatThrownBy(() -> new PowerProfile(1, 0)).hasMessage("gamma 0.0 must be above 0");
    }

    @Test
    void shareBefore_ofDecays_isTheirProduct() {
        assertThat(new EmaDecay.Constant(.9).shareBefore(2, 5)).isCloseTo(.729, within(1e-12));
        assertThat(new EmaDecay.InverseGamma(1, .75, 0, .9999, 0).shareBefore(0, 5))
                .isZero();
    }
}
