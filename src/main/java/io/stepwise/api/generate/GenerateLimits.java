package io.stepwise.api.generate;

/**
 * The limits of {@code POST /generate}.
 *
 * @param maxImages images per request, at least 1
 * @param maxSteps denoising steps, at least 1
 * @param maxPixels largest width · height of a picture in a request, at least 1
 */
public record GenerateLimits(int maxImages, int maxSteps, long maxPixels) {
    /** @throws IllegalArgumentException naming the component, its value and its range */
    public GenerateLimits {
        if (maxImages < 1) {
            throw new IllegalArgumentException("maxImages " + maxImages + " must be at least 1");
        }
        if (maxSteps < 1) {
            throw new IllegalArgumentException("maxSteps " + maxSteps + " must be at least 1");
        }
        if (maxPixels < 1) {
            throw new IllegalArgumentException("maxPixels " + maxPixels + " must be at least 1");
        }
    }
}
