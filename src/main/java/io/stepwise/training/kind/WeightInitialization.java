package io.stepwise.training.kind;

import io.stepwise.model.ParameterSpec;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The initial weights of a network: PyTorch's defaults (uniform within ±1/√fan-in for convolutions and linear layers,
 * standard normal tables, norms at identity), with the last convolution of each residual branch, the attention's output
 * and the network's last convolution at zero, so that every block starts as the identity (Ho et al. 2020, appendix B;
 * Nichol and Dhariwal 2021).
 */
public final class WeightInitialization {
    private WeightInitialization() {}

    /** All parameters in their order, a pure function of {@code seed}. */
    public static float[] of(List<ParameterSpec> parameters, long seed) {
        float[] values = new float
                [Math.toIntExact(
                        parameters.stream().mapToLong(ParameterSpec::size).sum())];
        int offset = 0;
        double bound = 0;
        for (ParameterSpec parameter : parameters) {
            int end = offset + Math.toIntExact(parameter.size());
            RandomGenerator random =
                    new SplittableRandom(seed ^ parameter.name().hashCode() * 0x9E3779B97F4A7C15L);
            bound = parameter.shape().size() > 1 ? 1 / Math.sqrt(fanIn(parameter)) : bound;
            for (int i = offset; i < end; i++) {
                values[i] = (float) value(parameter, bound, random);
            }
            offset = end;
        }
        return values;
    }

    private static double value(ParameterSpec parameter, double bound, RandomGenerator random) {
        String name = parameter.name();
        if (name.contains("norm")) {
            return name.endsWith(".weight") ? 1 : 0;
        }
        if (startsAtZero(name)) {
            return 0;
        }
        if (name.equals("class_embedding.weight") || name.equals("time_proj.weight")) {
            return random.nextGaussian();
        }
        return (2 * random.nextDouble() - 1) * bound; // a bias has the bound of the weight before it
    }

    private static boolean startsAtZero(String name) {
        return name.startsWith("conv_out.") || name.contains(".conv2.") || name.contains(".to_out.0.");
    }

    private static double fanIn(ParameterSpec parameter) {
        return parameter.size() / (double) parameter.shape().get(0);
    }
}
