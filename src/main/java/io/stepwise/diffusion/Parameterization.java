package io.stepwise.diffusion;

/** What a network wants to be given at a noise level, and how its output becomes the clean image. */
public sealed interface Parameterization permits DiscreteTime, EdmPreconditioning {
    /**
     * The call of the network on a state of noise level {@code level}.
     *
     * @throws IllegalArgumentException if this network's output says nothing of the clean image there
     */
    Call call(NoiseLevel level);

    /** The timestep the network knows a noise of {@code sigma} > 0 per unit of signal by. */
    double timestepOf(double sigma);

    /**
     * One call of the network: it is given {@code inputScale·x} and {@code timestep} and returns out.
     *
     * @param timestep what the network gets as t
     * @param inputScale what the state is multiplied with on its way in
     * @param p factor of the state in {@code x0 = p·x + q·out}
     * @param q factor of the output there
     * @param noiseOfState factor of the state in {@code eps = noiseOfState·x + noiseOfOutput·out}
     * @param noiseOfOutput factor of the output there
     */
    record Call(double timestep, double inputScale, double p, double q, double noiseOfState, double noiseOfOutput) {}
}
