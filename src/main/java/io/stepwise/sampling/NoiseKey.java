package io.stepwise.sampling;

import org.jspecify.annotations.Nullable;

/**
 * Whose noise a row is made of. Every draw is a pure function of it.
 *
 * @param seed unsigned
 * @param image number of the image within its request
 * @param blend mixes the first draw, what the image starts from, with that of another key; null for none
 */
public record NoiseKey(long seed, int image, @Nullable Blend blend) {
    /**
     * A point on the great circle from the first draw to another key's (Song et al. 2021,
     * https://arxiv.org/abs/2010.02502, appendix D.5, after Shoemake 1985): it is as long as they are, and so as likely.
     *
     * @param seed of the other end
     * @param image of the other end
     * @param share of the way, 0 … 1
     */
    public record Blend(long seed, int image, double share) {
        public Blend {
            if (!(share >= 0 && share <= 1)) {
                throw new IllegalArgumentException("share " + share + " must be 0 to 1");
            }
        }
    }

    /** Writes the first {@code values.length} numbers of a draw, 0 being the first. */
    void fill(NoiseSource source, int draw, float[] values) {
        source.fill(seed, image, draw, values, 0, values.length);
        if (blend != null && draw == 0) {
            float[] end = new float[values.length];
            source.fill(blend.seed, blend.image, draw, end, 0, end.length);
            turn(values, end, blend.share);
        }
    }

    private static void turn(float[] from, float[] to, double share) {
        double product = 0;
        double squareFrom = 0;
        double squareTo = 0;
        for (int i = 0; i < from.length; i++) {
            product += (double) from[i] * to[i];
            squareFrom += (double) from[i] * from[i];
            squareTo += (double) to[i] * to[i];
        }
        double angle = Math.acos(Math.max(-1, Math.min(1, product / Math.sqrt(squareFrom * squareTo))));
        double sine = Math.sin(angle);
        boolean straight = sine < 1e-6; // the same noise twice
        double a = straight ? 1 - share : Math.sin((1 - share) * angle) / sine;
        double b = straight ? share : Math.sin(share * angle) / sine;
        for (int i = 0; i < from.length; i++) {
            from[i] = (float) (a * from[i] + b * to[i]);
        }
    }
}
