package io.stepwise.diffusion;

/**
 * The layer that Karras et al. 2022 (https://arxiv.org/abs/2206.00364, table 1 and section 5) put round any network F, so
 * that its input and its training target have unit variance at every noise level σ: with {@code x = x0 + σ·eps},
 *
 * <pre>
 *   x0 = cSkip(σ)·x + cOut(σ)·F(cIn(σ)·x, cNoise(σ))
 * </pre>
 *
 * The network's timestep is cNoise. Its training target is {@code (x0 - cSkip·x) / cOut}; the squared error of x0
 * weighted by {@link #lossWeight} is the plain squared error of F against that target.
 *
 * @param sigmaData standard deviation of the images, above 0, usually .5
 * @param negated whether the network's output is -F, which diffusers calls {@code v_prediction} of an EDM network; F itself
 *     is its {@code epsilon}
 */
public record EdmPreconditioning(double sigmaData, boolean negated) implements Parameterization {
    public EdmPreconditioning {
        if (!(sigmaData > 0 && sigmaData < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("sigmaData " + sigmaData + " must be above 0");
        }
    }

    /** The network's output is F. */
    public EdmPreconditioning(double sigmaData) {
        this(sigmaData, false);
    }

    public double cSkip(double sigma) {
        return sigmaData * sigmaData / (sigma * sigma + sigmaData * sigmaData);
    }

    public double cOut(double sigma) {
        return sigma * sigmaData / Math.sqrt(sigma * sigma + sigmaData * sigmaData);
    }

    public double cIn(double sigma) {
        return 1 / Math.sqrt(sigma * sigma + sigmaData * sigmaData);
    }

    public double cNoise(double sigma) {
        return Math.log(sigma) / 4;
    }

    /** The σ of a cNoise. */
    public double sigmaOf(double cNoise) {
        return Math.exp(4 * cNoise);
    }

    /** λ(σ) = (σ² + σ_data²) / (σ·σ_data)², the factor on the squared error of x0. */
    public double lossWeight(double sigma) {
        double product = sigma * sigmaData;
        return (sigma * sigma + sigmaData * sigmaData) / (product * product);
    }

    /** Factor of x0 in the training target {@code (x0 - cSkip·x) / cOut} = {@code targetOfImage·x0 + targetOfNoise·eps}. */
    public double targetOfImage(double sigma) {
        return sigma / (sigmaData * Math.sqrt(sigma * sigma + sigmaData * sigmaData));
    }

    /** Factor of the noise there. */
    public double targetOfNoise(double sigma) {
        return -sigmaData / Math.sqrt(sigma * sigma + sigmaData * sigmaData);
    }

    @Override
    public double timestepOf(double sigma) {
        return cNoise(sigma);
    }

    @Override
    public Call call(NoiseLevel level) {
        double alpha = level.alpha();
        double sigma = level.sigma() / alpha;
        double noiseOfState = sigma / (sigma * sigma + sigmaData * sigmaData);
        double ofOutput = negated ? -cOut(sigma) : cOut(sigma);
        return new Call(
                cNoise(sigma),
                cIn(sigma) / alpha,
                cSkip(sigma) / alpha,
                ofOutput,
                noiseOfState / alpha,
                -ofOutput / sigma);
    }
}
