package io.stepwise.evaluation;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Patches of 7x7 pixels, all channels of each, standardised per channel over all patches.
 *
 * @param components {@code [channels * 49][patches]}: component {@code channel * 49 + column * 7 + row}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PatchDescriptors(float[][] components) {
    private static final int SIDE = 7;
    private static final int AREA = SIDE * SIDE;
    private static final int REACH = SIDE / 2;
    private static final int BLOCK = 512;

    /**
     * Where patches lie: {@code perImage} of each image, one image after the other.
     *
     * @param centreX columns, 3 … width-4
     * @param centreY rows, 3 … height-4
     */
    record Positions(int perImage, int[] centreX, int[] centreY) {
        static Positions random(LaplacianPyramid.Level level, int images, int perImage, RandomGenerator random) {
            int[] centreX = new int[images * perImage];
            int[] centreY = new int[images * perImage];
            for (int i = 0; i < centreX.length; i++) {
                centreX[i] = random.nextInt(REACH, level.width() - REACH);
                centreY[i] = random.nextInt(REACH, level.height() - REACH);
            }
            return new Positions(perImage, centreX, centreY);
        }
    }

    static PatchDescriptors of(LaplacianPyramid.Level level, int channels, Positions positions) {
        int patches = positions.centreX().length;
        float[][] components = new float[channels * AREA][patches];
        for (int component = 0; component < components.length; component++) {
            int channel = component / AREA;
            int dx = component % AREA / SIDE - REACH;
            int dy = component % SIDE - REACH;
            for (int i = 0; i < patches; i++) {
                int plane = i / positions.perImage() * channels + channel;
                int row = plane * level.height() + positions.centreY()[i] + dy;
                components[component][i] =
                        level.data()[row * level.width() + positions.centreX()[i] + dx];
            }
        }
        for (int channel = 0; channel < channels; channel++) {
            standardise(components, channel * AREA, (channel + 1) * AREA);
        }
        return new PatchDescriptors(components);
    }

    int patches() {
        return components[0].length;
    }

    /**
     * Every patch's length along each direction, sorted: {@code [directions][patches]}. Goes through the patches in
     * blocks that stay in the processor's cache.
     *
     * @param directions of {@code components.length} numbers each
     */
    float[][] project(float[][] directions) {
        float[][] lengths = new float[directions.length][patches()];
        for (int start = 0; start < patches(); start += BLOCK) {
            int end = Math.min(patches(), start + BLOCK);
            for (int d = 0; d < directions.length; d++) {
                for (int component = 0; component < components.length; component++) {
                    addScaled(lengths[d], components[component], directions[d][component], start, end);
                }
            }
        }
        for (float[] alongOne : lengths) {
            Arrays.sort(alongOne);
        }
        return lengths;
    }

    private static void addScaled(float[] sums, float[] values, float factor, int start, int end) {
        for (int i = start; i < end; i++) {
            sums[i] += factor * values[i];
        }
    }

    private static void standardise(float[][] components, int from, int to) {
        double count = (double) (to - from) * components[0].length;
        double sum = 0;
        for (int component = from; component < to; component++) {
            for (float value : components[component]) {
                sum += value;
            }
        }
        double mean = sum / count;
        double squares = 0;
        for (int component = from; component < to; component++) {
            for (float value : components[component]) {
                squares += (value - mean) * (value - mean);
            }
        }
        double scale = squares > 0 ? 1 / Math.sqrt(squares / count) : 0;
        for (int component = from; component < to; component++) {
            float[] values = components[component];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) ((values[i] - mean) * scale);
            }
        }
    }
}
