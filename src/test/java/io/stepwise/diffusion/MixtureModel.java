package io.stepwise.diffusion;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A mixture of isotropic gaussians, whose exact denoiser is closed-form: the network of the sampler tests. */
@SuppressWarnings("ArrayRecordComponent")
public record MixtureModel(List<Component> components) {
    public record Component(double weight, double deviation, double[] mean) {}

    /** Skips the test where the model is of another kind. */
    public static MixtureModel of(JsonNode model) {
        Assumptions.assumeTrue(model.has("components"), () -> "no model of the kind " + model.get("kind"));
        List<Component> components = new ArrayList<>();
        for (JsonNode component : model.get("components")) {
            components.add(new Component(
                    component.get("w").doubleValue(),
                    component.get("s").doubleValue(),
                    Golden.doubles(component.get("mu"))));
        }
        return new MixtureModel(components);
    }

    /** The mean of x0 given {@code x = alpha·x0 + sigma·eps}. */
    double[] x0(double[] x, double alpha, double sigma) {
        double[] posterior = posterior(x, alpha, sigma);
        double[] x0 = new double[x.length];
        for (int k = 0; k < posterior.length; k++) {
            Component c = components.get(k);
            double gain = alpha * c.deviation * c.deviation / variance(c, alpha, sigma);
            for (int i = 0; i < x.length; i++) {
                x0[i] += posterior[k] * (c.mean[i] + gain * (x[i] - alpha * c.mean[i]));
            }
        }
        return x0;
    }

    private double[] posterior(double[] x, double alpha, double sigma) {
        double[] log = new double[components.size()];
        double highest = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < log.length; k++) {
            Component c = components.get(k);
            double v = variance(c, alpha, sigma);
            double distance = 0;
            for (int i = 0; i < x.length; i++) {
                distance += Math.pow(x[i] - alpha * c.mean[i], 2);
            }
            log[k] = Math.log(c.weight) - distance / (2 * v) - x.length / 2.0 * Math.log(v);
            highest = Math.max(highest, log[k]);
        }
        double sum = 0;
        for (int k = 0; k < log.length; k++) {
            log[k] = Math.exp(log[k] - highest);
            sum += log[k];
        }
        for (int k = 0; k < log.length; k++) {
            log[k] /= sum;
        }
        return log;
    }

    private static double variance(Component c, double alpha, double sigma) {
        return alpha * alpha * c.deviation * c.deviation + sigma * sigma;
    }

    /** A network of discrete time that predicts exactly; sigma between two timesteps is linearly interpolated. */
    public TrajectoryRun.Network discrete(NoiseSchedule schedule, Prediction prediction) {
        return (x, t) -> {
            double a = alphasCumprod(schedule, t);
            double alpha = Math.sqrt(a);
            double sigma = Math.sqrt(1 - a);
            double[] x0 = x0(x, alpha, sigma);
            double[] out = new double[x.length];
            for (int i = 0; i < x.length; i++) {
                double eps = a == 0 ? x[i] : (x[i] - alpha * x0[i]) / sigma;
                out[i] = switch (prediction) {
                    case EPSILON -> eps;
                    case SAMPLE -> x0[i];
                    case V_PREDICTION -> alpha * eps - sigma * x0[i];
                };
            }
            return out;
        };
    }

    private static double alphasCumprod(NoiseSchedule schedule, double t) {
        int below = (int) Math.floor(t);
        if (t == below) {
            return schedule.alphasCumprod(below);
        }
        double low = schedule.sigma(below);
        double sigma = low + (t - below) * (schedule.sigma(below + 1) - low);
        return 1 / (1 + sigma * sigma);
    }

    /** The network that EDM's preconditioning turns into the exact denoiser. */
    public TrajectoryRun.Network preconditioned(EdmPreconditioning edm) {
        return (input, cNoise) -> {
            double sigma = Math.exp(4 * cNoise);
            double[] x = new double[input.length];
            for (int i = 0; i < x.length; i++) {
                x[i] = input[i] / edm.cIn(sigma);
            }
            double[] out = x0(x, 1, sigma);
            for (int i = 0; i < x.length; i++) {
                double f = (out[i] - edm.cSkip(sigma) * x[i]) / edm.cOut(sigma);
                out[i] = edm.negated() ? -f : f;
            }
            return out;
        };
    }
}
