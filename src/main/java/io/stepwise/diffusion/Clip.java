package io.stepwise.diffusion;

/** How the predicted clean image is kept within the range of images. */
public sealed interface Clip {
    /** The prediction as it is. */
    Clip NONE = new None();

    /** The prediction clipped to the range of images, [-1, 1]. */
    Clip UNIT = new Range(1);

    /** See {@link #NONE}. */
    record None() implements Clip {}

    /**
     * Every element is held within [-limit, limit].
     *
     * @param limit above 0
     */
    record Range(double limit) implements Clip {
        public Range {
            if (!(limit > 0 && limit < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("limit " + limit + " must be above 0");
            }
        }
    }

    /**
     * Dynamic thresholding (Saharia et al. 2022, https://arxiv.org/abs/2205.11487, section 2.3): with s the quantile
     * {@code ratio} of the image's absolute values, linearly interpolated and held within [1, max], the image is
     * clipped to [-s, s] and divided by s.
     *
     * @param ratio in (0, 1], usually .995
     * @param max 1 or more
     */
    record Dynamic(double ratio, double max) implements Clip {
        public Dynamic {
            if (!(ratio > 0 && ratio <= 1)) {
                throw new IllegalArgumentException("ratio " + ratio + " must be above 0 and at most 1");
            }
            if (!(max >= 1 && max < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("max " + max + " must be 1 or more");
            }
        }
    }
}
