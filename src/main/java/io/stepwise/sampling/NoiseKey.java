package io.stepwise.sampling;

import org.jspecify.annotations.Nullable;

/**
 * The key of a row's noise. Every draw is a pure function of it.
 *
 * @param seed unsigned
 * @param image index of the image
 * @param blend mixes the first draw, from which the image starts, with the first draw of another key; null for none
 */
public record NoiseKey(long seed, int image, @Nullable Blend blend) {
    /**
     * A point on the great circle between the first draws of two keys (Song et al. 2021,
     * https://arxiv.org/abs/2010.02502, appendix D.5, after Shoemake 1985): it has their length, and so is as likely as
     * they are.
     *
     * @param seed of the other end
     * @param image of the other end
     * @param share of the way to the other end, 0 … 1
     */
    public record Blend(long seed, int image, double share) {
        public Blend {
            if (!(share >= 0 && share <= 1)) {
                throw new IllegalArgumentException("share " + share + " must be 0 to 1");
            }
        }

        /**
         * Turns {@code from} towards {@code to}, of as many numbers.
         *
         * @param share of the way, 0 … 1
         */
        public static void turn(float[] from, float[] to, double share) {
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
            boolean straight = !(sine >= 1e-6); // both ends are the same noise, or one is zero
            double a = straight ? 1 - share : Math.sin((1 - share) * angle) / sine;
            double b = straight ? share : Math.sin(share * angle) / sine;
            for (int i = 0; i < from.length; i++) {
                from[i] = (float) (a * from[i] + b * to[i]);
            }
        }
    }

    /** Writes the first {@code values.length} numbers of a draw; draw 0 is the first. */
    void fill(NoiseSource source, int draw, float[] values) {
        source.fill(seed, image, draw, values, 0, values.length);
        if (blend != null && draw == 0) {
            float[] end = new float[values.length];
            source.fill(blend.seed, blend.image, draw, end, 0, end.length);
            Blend.turn(values, end, blend.share);
        }
    }
}
