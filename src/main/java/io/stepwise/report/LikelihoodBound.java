package io.stepwise.report;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.data.LabelledImage;
import io.stepwise.diffusion.CounterNoise;
import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.sampler.Ddpm;
import io.stepwise.diffusion.sampler.VariationalBound;
import io.stepwise.model.FlatWeights;
import io.stepwise.model.InferenceNetwork;
import io.stepwise.model.Precision;
import io.stepwise.model.UNet;
import io.stepwise.repository.PipelineFolder;
import io.stepwise.repository.SchedulerBridge;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Estimates {@link BitsPerDimension} of a network of discrete timesteps. The bound is a sum over all timesteps. For each image
 * the term of t = 0, the largest, is computed, and one term of each of several stretches of the other timesteps, which stands
 * for its stretch; the stretches are short where there is little noise, as the terms change fast there. The estimate has the
 * bound as its mean.
 *
 * @param stretches of the timesteps 1 … T-1; with many more than T, every timestep is computed
 */
record LikelihoodBound(VariationalBound bound, int stretches, Network network, Noise noise) {
    private static final int STRETCHES = 16;
    private static final int MOST_IMAGES = 128;
    private static final int ROWS = 8;

    /** A network's outputs: states {@code [B,C,H,W]} and labels in, {@code [B,C,H,W]} or {@code [B,2C,H,W]} out. */
    interface Network {
        float[] outputs(float[] states, float[] timesteps, long[] labels);
    }

    /** The noise of an image at a timestep. */
    interface Noise {
        float[] of(int image, int timestep);
    }

    /**
     * Of real images, each with its label; null for a network without timesteps.
     *
     * @param seed of the noise and of the timesteps
     */
    static @Nullable BitsPerDimension of(NDManager manager, TrainedModel model, RealImages real, long seed)
            throws IOException {
        return of(manager, model, real, seed, false);
    }

    /**
     * @param fixed whether the small fixed variance (Ho et al. 2020) takes the place of the model's own
     */
    static @Nullable BitsPerDimension of(
            NDManager manager, TrainedModel model, RealImages real, long seed, boolean fixed) throws IOException {
        PipelineFolder pipeline = model.version().pipeline();
        if (!(SchedulerBridge.network(pipeline.schedulerConfig()) instanceof DiscreteTime discrete)) {
            return null;
        }
        Ddpm.Variance own =
                SchedulerBridge.samplerDefaults(pipeline.schedulerConfig()).variance();
        VariationalBound bound = new VariationalBound(
                discrete.schedule(), discrete.prediction(), fixed ? Ddpm.Variance.FIXED_SMALL : own, true);
        UNet net = model.net();
        List<LabelledImage> images = real.reference().subList(0, Math.min(MOST_IMAGES, real.count()));
        int size = images.get(0).pixels().data().length;
        try (NDManager scope = manager.newSubManager();
                InferenceNetwork loaded = InferenceNetwork.load(
                        scope, net, FlatWeights.of(scope, net.parameters(), model.weights()), Precision.F32)) {
            Network all = (states, timesteps, labels) -> outputs(scope, loaded, states, timesteps, labels);
            Network network = fixed ? withoutVariance(all) : all;
            Noise noise = (image, timestep) -> {
                float[] drawn = new float[size];
                CounterNoise.fill(seed, image, timestep, drawn, 0, size);
                return drawn;
            };
            long[] labels = images.stream()
                    .mapToLong(image -> label(model, real, image))
                    .toArray();
            return new LikelihoodBound(bound, STRETCHES, network, noise).of(images, labels, seed);
        }
    }

    /** Each row's outputs, as many as its states have numbers. */
    static Network withoutVariance(Network network) {
        return (states, timesteps, labels) -> {
            float[] outputs = network.outputs(states, timesteps, labels);
            int size = states.length / timesteps.length;
            float[] first = new float[states.length];
            for (int row = 0; row < timesteps.length; row++) {
                System.arraycopy(outputs, row * outputs.length / timesteps.length, first, row * size, size);
            }
            return first;
        };
    }

    private static float[] outputs(
            NDManager parent, InferenceNetwork network, float[] states, float[] timesteps, long[] labels) {
        var net = network.net();
        Shape shape = new Shape(labels.length, net.channels(), net.height(), net.width());
        try (NDManager scope = parent.newSubManager()) {
            return network.forward(scope.create(states, shape), scope.create(timesteps), scope.create(labels), scope)
                    .toFloatArray();
        }
    }

    /** The model's number for the image's label; "no label" if it has none of that name. */
    private static long label(TrainedModel model, RealImages real, LabelledImage image) {
        int number =
                image.label() < 0 ? -1 : model.labels().indexOf(real.labels().get(image.label()));
        return number >= 0 ? number : model.guided() ? model.labels().size() : 0;
    }

    /** @param labels one per image */
    BitsPerDimension of(List<LabelledImage> images, long[] labels, long seed) {
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < images.size(); i++) {
            float[] x0 = new float[images.get(i).pixels().data().length];
            images.get(i).pixels().toSigned(x0, 0, false);
            double bits = bits(i, x0, labels[i], new SplittableRandom(seed * 0x9E3779B97F4A7C15L + i));
            sum += bits;
            squares += bits * bits;
        }
        int count = images.size();
        double mean = sum / count;
        double variance = Math.max(0, squares / count - mean * mean) * count / Math.max(1, count - 1);
        return new BitsPerDimension(mean, Math.sqrt(variance / count), count);
    }

    /** The bound of an image {@code x0 [C,H,W]} in [-1, 1]. */
    double bits(int image, float[] x0, long label, SplittableRandom random) {
        List<int[]> drawn = new ArrayList<>(List.of(new int[] {0, 1}));
        int others = bound.schedule().timesteps() - 1;
        int from = 1;
        for (int k = 1; k <= stretches; k++) {
            int to = 1 + (int) Math.round(others * Math.pow(k / (double) stretches, 2));
            if (to > from) {
                drawn.add(new int[] {random.nextInt(from, to), to - from});
            }
            from = to;
        }
        double bits = bound.prior(doubles(x0, 0, x0.length));
        for (int first = 0; first < drawn.size(); first += ROWS) {
            bits += terms(image, x0, label, drawn.subList(first, Math.min(drawn.size(), first + ROWS)));
        }
        return bits;
    }

    /** @param drawn timesteps, and for how many each stands */
    private double terms(int image, float[] x0, long label, List<int[]> drawn) {
        int size = x0.length;
        float[] states = new float[drawn.size() * size];
        float[] timesteps = new float[drawn.size()];
        long[] labels = new long[drawn.size()];
        Arrays.fill(labels, label);
        for (int i = 0; i < timesteps.length; i++) {
            int t = drawn.get(i)[0];
            timesteps[i] = t;
            double a = bound.schedule().alphasCumprod(t);
            float[] own = noise.of(image, t);
            for (int j = 0; j < size; j++) {
                states[i * size + j] = (float) (Math.sqrt(a) * x0[j] + Math.sqrt(1 - a) * own[j]);
            }
        }
        float[] outputs = network.outputs(states, timesteps, labels);
        int length = outputs.length / timesteps.length;
        double sum = 0;
        for (int i = 0; i < timesteps.length; i++) {
            double term = bound.term(
                    drawn.get(i)[0],
                    doubles(x0, 0, size),
                    doubles(states, i * size, size),
                    doubles(outputs, i * length, length));
            sum += drawn.get(i)[1] * term;
        }
        return sum;
    }

    private static double[] doubles(float[] values, int offset, int length) {
        double[] doubles = new double[length];
        Arrays.setAll(doubles, i -> values[offset + i]);
        return doubles;
    }
}
