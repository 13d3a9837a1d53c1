package io.stepwise.diffusion;

/** What a network wants to be given at a noise level, and how its output becomes the clean image. */
public sealed interface Parameterization permits DiscreteTime, EdmPreconditioning {
    /** The call of the network on a state of noise level {@code level}. */
    Call call(NoiseLevel level);

    /**
     * One call of the network.
     *
     * @param timestep what the network gets as t
     * @param inputScale what the state is multiplied with on its way in
     * @param p factor of the state in {@code x0 = p·x + q·out}
     * @param q factor of the network's output there
     */
    record Call(double timestep, double inputScale, double p, double q) {}
}
