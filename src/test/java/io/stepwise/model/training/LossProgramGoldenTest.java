package io.stepwise.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.Golden;
import io.stepwise.diffusion.MixtureModel;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.Posterior;
import io.stepwise.diffusion.Prediction;
import io.stepwise.diffusion.TrajectoryRun;
import io.stepwise.torchscript.Program;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** The two losses of a learned variance, as improved-diffusion's training_losses has them, in float32. */
@Tag("libtorch")
class LossProgramGoldenTest {
    private static final double TOLERANCE = 2e-5; // relative; float32 all the way
    private static final double ROUNDING = 3e-7;
    private static final String LOSSES = "training_losses_with_noise_row_";

    private final JsonNode golden =
            Golden.read(Golden.folder().resolve("training.json")).get("vlb");
    private final NoiseSchedule schedule = NoiseSchedule.ofBetas(Golden.doubles(golden.get("betas")));
    private final TrajectoryRun.Network network =
            MixtureModel.of(golden.get("model")).discrete(schedule, Prediction.EPSILON);
    private final double[] x0 = Golden.doubles(golden.get("x_start"));

    @TestFactory
    Stream<DynamicTest> losses_ofALearnedVariance_areTheReferences() {
        return golden.get("learned_range").properties().stream()
                .filter(entry -> entry.getKey().startsWith(LOSSES))
                .flatMap(entry -> entry.getValue().properties().stream()
                        .map(losses -> dynamicTest("t = " + losses.getKey(), () -> {
                            int row = Integer.parseInt(entry.getKey().substring(LOSSES.length()));
                            check(losses.getValue(), losses(Integer.parseInt(losses.getKey()), row));
                        })));
    }

    private void check(JsonNode expected, float[] actual) {
        assertClose(actual[0], expected.get("mse"), "mse");
        double scale = schedule.timesteps() / 1000.0; // the reference's, to suit the other loss
        assertClose(scale * actual[1], expected.get("vb"), "vb");
    }

    private static void assertClose(double actual, JsonNode expected, String what) {
        double value = expected.doubleValue();
        assertThat(actual).as(what).isCloseTo(value, within(TOLERANCE * value + ROUNDING));
    }

    private float[] losses(int t, int noiseRow) {
        double[] noise = Golden.doubles(golden.get("noise").get(noiseRow));
        double a = schedule.alphasCumprod(t);
        double[] xt = new double[x0.length];
        for (int i = 0; i < xt.length; i++) {
            xt[i] = Math.sqrt(a) * x0[i] + Math.sqrt(1 - a) * noise[i];
        }
        Posterior posterior = Posterior.of(schedule, t);
        DiscreteTime discrete = new DiscreteTime(schedule, Prediction.EPSILON);
        double[] coefficients = {
            Math.sqrt(a),
            Math.sqrt(1 - a),
            0,
            1,
            1,
            1,
            discrete.prediction().imageOfState(a),
            discrete.prediction().imageOfOutput(a),
            posterior.ofImage(),
            posterior.ofState(),
            posterior.logVariance(),
            posterior.logBeta(),
            t == 0 ? 1 : 0
        };
        int side = (int) Math.sqrt(x0.length / 3.0);
        Shape image = new Shape(1, 3, side, side);
        try (NDManager manager = NDManager.newBaseManager();
                Program program = Program.load(manager, LossProgram.of(Loss.L2, true))) {
            NDArray first = tensor(manager, network.apply(xt, t), image);
            NDArray second = tensor(manager, Golden.doubles(golden.get("variance_channel")), image);
            try (IValue out = Program.tensor(first.concat(second, 1));
                    IValue state = Program.tensor(tensor(manager, xt, image));
                    IValue clean = Program.tensor(tensor(manager, x0, image));
                    IValue eps = Program.tensor(tensor(manager, noise, image));
                    IValue k = Program.tensor(tensor(manager, coefficients, new Shape(13, 1, 1, 1, 1)))) {
                return program.call("losses", manager, out, state, clean, eps, k)
                        .toFloatArray();
            }
        }
    }

    private static NDArray tensor(NDManager manager, double[] values, Shape shape) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return manager.create(floats, shape);
    }
}
