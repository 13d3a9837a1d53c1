package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TrajectoryTest {
    private static final Parameterization.Call CALL = new Parameterization.Call(5, 1, 1, 1, 0, 1);
    private static final NoiseLevel START = NoiseLevel.exploding(5, 1);

    @Test
    void new_stepsOfAnotherSize_isRejected() {
        ReverseStep one = ReverseStep.single(CALL, Clip.NONE, 1, 0, 0, 0, 0);
        ReverseStep two = ReverseStep.renoise(2, 1, 1, 1);
        assertThatThrownBy(() -> new Trajectory(1, 1, START, List.of(one, two)))
                .hasMessage("a step has 2 registers, must have 1");
        assertThatThrownBy(() -> new Trajectory(1, 1, START, List.of())).hasMessage("steps must not be empty");
        assertThat(new Trajectory(1, 1, START, List.of(one, one)).networkCalls())
                .isEqualTo(2);
    }

    @Test
    void new_matrixThatCannotBe_isRejected() {
        assertThatThrownBy(() -> ReverseStep.of(CALL, Clip.NONE, new double[5], 0))
                .hasMessage("matrix has 5 entries, must have K·(K+3)");
        assertThatThrownBy(() -> ReverseStep.of(CALL, Clip.NONE, new double[] {Double.NaN, 0, 0, 0}, 0))
                .hasMessageStartingWith("matrix[0][0] NaN must be finite");
        assertThatThrownBy(() -> ReverseStep.of(CALL, Clip.NONE, new double[] {1, 0, 0, 2}, 0))
                .hasMessageStartingWith("matrix[0][3] 2.0 must be finite, and 0 where");
        assertThatThrownBy(() -> ReverseStep.of(CALL, Clip.NONE, new double[] {1, 0, 0, 2}, -1))
                .hasMessage("draw -1 must be 0 or more");
    }

    @Test
    void renoise_manyRegisters_keepsTheOthers() {
        ReverseStep step = ReverseStep.renoise(3, .5, 2, 7);
        assertThat(step.matrix()).containsExactly(.5, 0, 0, 0, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0);
        assertThat(step.registers()).isEqualTo(3);
        assertThat(step.callsNetwork()).isFalse();
        assertThat(step.draws()).isTrue();
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
