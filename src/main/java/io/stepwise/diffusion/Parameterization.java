package io.stepwise.diffusion;

/** What a network takes as its input at a noise level, and how the clean image follows from its output. */
public sealed interface Parameterization permits DiscreteTime, EdmPreconditioning {
    /**
     * The call of the network on a state of noise level {@code level}.
     *
     * @throws IllegalArgumentException if the clean image doesn't follow from this network's output there
     */
    Call call(NoiseLevel level);

    /** The network's timestep for noise {@code sigma}, above 0, per unit of signal. */
    double timestepOf(double sigma);

    /**
     * One call of the network: it takes {@code inputScale·x} and {@code timestep} and returns out.
     *
     * @param timestep what the network gets as t
     * @param inputScale what the state is multiplied with on its way in
     * @param p factor of the state in {@code x0 = p·x + q·out}
     * @param q factor of the output there
     * @param noiseOfState factor of the state in {@code eps = noiseOfState·x + noiseOfOutput·out}
     * @param noiseOfOutput factor of the output there
     */
    record Call(double timestep, double inputScale, double p, double q, double noiseOfState, double noiseOfOutput) {
        /** The noise that the network sees in the state. */
        public Mix eps() {
            return new Mix().state(noiseOfState).output(noiseOfOutput);
        }
    }
}
