package io.stepwise.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.diffusion.TrajectoryRun;
import java.nio.FloatBuffer;
import java.util.List;

/** A denoiser of networks in plain Java; a row's label says which one is asked. */
final class FakeNetworks implements Denoiser {
    private final List<TrajectoryRun.Network> networks;

    FakeNetworks(List<TrajectoryRun.Network> networks) {
        this.networks = networks;
    }

    /** As wide as the widest answer; where a network says less the rest is NaN, which nobody may read. */
    @Override
    public NDArray predict(NDArray x, NDArray timesteps, NDArray labels, NDManager scope) {
        float[] states = x.toFloatArray();
        float[] t = timesteps.toFloatArray();
        long[] label = labels.toLongArray();
        int n = states.length / t.length;
        double[][] answers = new double[t.length][];
        int widest = n;
        for (int row = 0; row < t.length; row++) {
            double[] state = new double[n];
            for (int i = 0; i < n; i++) {
                state[i] = states[row * n + i];
            }
            answers[row] = networks.get((int) label[row]).apply(state, t[row]);
            widest = Math.max(widest, answers[row].length);
        }
        float[] out = new float[t.length * widest];
        for (int i = 0; i < out.length; i++) {
            double[] answer = answers[i / widest];
            out[i] = i % widest < answer.length ? (float) answer[i % widest] : Float.NaN;
        }
        Shape shape = x.getShape();
        return scope.create(
                FloatBuffer.wrap(out), new Shape(t.length, shape.get(1) * widest / n, shape.get(2), shape.get(3)));
    }
}
