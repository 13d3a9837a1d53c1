package io.stepwise.api;

/**
 * What {@code POST /generate} allows at most.
 *
 * @param maxImages images per request, at least 1
 */
public record GenerateLimits(int maxImages) {
    /** @throws IllegalArgumentException naming the component, its value and its range */
    public GenerateLimits {
        if (maxImages < 1) {
            throw new IllegalArgumentException("maxImages " + maxImages + " must be at least 1");
        }
    }
}
