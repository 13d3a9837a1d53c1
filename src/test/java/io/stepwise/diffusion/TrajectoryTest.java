package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.diffusion.sampler.RePaint;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrajectoryTest {
    private static final Parameterization.Call CALL = new Parameterization.Call(5, 1, 1, 1, 0, 1);
    private static final NoiseLevel START = NoiseLevel.exploding(5, 1);

    @Test
    void new_stepsOfAnotherSize_isRejected() {
        ReverseStep one = ReverseStep.of(CALL, Clip.NONE, new Mix().state(1));
        ReverseStep two = ReverseStep.withoutNetwork(1, new Mix().state(1).noise(1), new Mix().register(1, 1));
        assertThatThrownBy(() -> new Trajectory(1, 1, START, List.of(one, two)))
                .hasMessage("a step has 2 registers, must have 1");
        assertThatThrownBy(() -> new Trajectory(1, 1, START, List.of())).hasMessage("steps must not be empty");
        assertThat(new Trajectory(1, 1, START, List.of(one, one)).networkCalls())
                .isEqualTo(2);
    }

    @Test
    void new_matrixThatCannotBe_isRejected() {
        assertThatThrownBy(() -> step(new double[5], 0)).hasMessage("matrix has 5 entries, must have K·(K+3)");
        assertThatThrownBy(() -> ReverseStep.of(CALL, Clip.NONE, new Mix().state(Double.NaN)))
                .hasMessageStartingWith("matrix[0][0] NaN must be finite");
        assertThatThrownBy(
                        () -> ReverseStep.of(CALL, Clip.NONE, new Mix().state(1).noise(2)))
                .hasMessageStartingWith("matrix[0][3] 2.0 must be finite, and 0 where");
        assertThatThrownBy(() -> step(new double[] {1, 0, 0, 2}, -1)).hasMessage("draw -1 must be 0 or more");
    }

    @Test
    void withoutNetwork_manyRegisters_hasTheMatrixOfTheirSums() {
        ReverseStep step = ReverseStep.withoutNetwork(
                7, new Mix().state(.5).noise(2), new Mix().register(1, 1), new Mix().register(2, 1));
        assertThat(step.matrix()).containsExactly(.5, 0, 0, 0, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0);
        assertThat(step.registers()).isEqualTo(3);
        assertThat(step.callsNetwork()).isFalse();
        assertThat(step.draws()).isTrue();
    }

    @Test
    void of_sumsByName_areTheRowsOfTheMatrix() {
        Mix mix = new Mix()
                .register(1, 2)
                .x0(3)
                .plus(10, new Mix().state(1).output(4).noise(5));
        ReverseStep step = ReverseStep.of(CALL, Clip.NONE, 7, mix, new Mix());
        assertThat(step.matrix()).containsExactly(10, 2, 3, 40, 50, 0, 0, 0, 0, 0);
        assertThat(step.draw()).isEqualTo(7);
        assertThat(ReverseStep.of(CALL, Clip.NONE, 7, new Mix().state(1)).draws())
                .isFalse();
        assertThatThrownBy(() -> ReverseStep.of(CALL, Clip.NONE, 7, mix)).hasMessage("register 1 must be below 1");
    }

    private static ReverseStep step(double[] matrix, int draw) {
        return new ReverseStep(true, 5, 1, 1, 1, Clip.NONE, matrix, draw, null, null);
    }

    @Test
    void rePaint_everyStepCount_endsOnTheKnownImage() {
        DiscreteTime network = new DiscreteTime(NoiseSchedule.of(BetaCurve.LINEAR, 30), Prediction.V_PREDICTION);
        for (int steps = 1; steps <= 30; steps++) {
            List<ReverseStep> run =
                    new RePaint(1, 3, 2, Clip.UNIT).trajectory(network, steps).steps();
            ReverseStep last = run.get(run.size() - 1);
            assertThat(last.known()).isEqualTo(new ReverseStep.Known(1, 0));
            assertThat(last.matrix()[3]).isZero();
        }
    }
}
