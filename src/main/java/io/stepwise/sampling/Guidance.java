package io.stepwise.sampling;

import org.jspecify.annotations.Nullable;

/**
 * What the output of a network is led away from: {@code out = other + scale · (main - other)}. The other output is that
 * of the same network without the label (classifier-free guidance, Ho and Salimans 2022,
 * https://arxiv.org/abs/2207.12598), or that of a worse network (autoguidance, Karras et al. 2024,
 * https://arxiv.org/abs/2406.02507), which predicts the same from the same input.
 *
 * @param scale 1 is the network's own output, and no other is computed
 * @param guide the worse network; null for the network itself without the label
 * @param guideLabel the class that the guide gets
 */
public record Guidance(double scale, @Nullable Guide guide, int guideLabel) {
    /** A network that guides others. */
    public interface Guide {
        /** Its loop for engine number {@code engine}, whose thread alone uses it; not to be closed. */
        StepLoop loop(int engine);
    }

    /** Away from the output without the label. */
    public static Guidance fromNoLabel(double scale) {
        return new Guidance(scale, null, 0);
    }

    /** Whether another output is needed. */
    boolean isOn() {
        return scale != 1;
    }
}
