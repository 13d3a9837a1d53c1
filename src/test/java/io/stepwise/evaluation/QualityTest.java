package io.stepwise.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.image.Pixels;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.RandomMatrices_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QualityTest {
    @Test
    void imageSet_ofPixels_allInOrder() {
        Pixels black = new Pixels(8, 7, 1, new byte[56]);
        byte[] white = new byte[56];
        Arrays.fill(white, (byte) 255);
        ImageSet set = ImageSet.of(List.of(black, new Pixels(8, 7, 1, white)));
        assertThat(set).hasToString("ImageSet[2 of 8x7x1]");
        assertThat(Arrays.copyOf(set.data(), 56)).isEqualTo(black.data());
        assertThat(Arrays.copyOfRange(set.data(), 56, 112)).isEqualTo(white);
    }

    @Test
    void imageSet_ofMixedSizes_refused() {
        List<Pixels> mixed = List.of(new Pixels(8, 8, 1, new byte[64]), new Pixels(8, 7, 1, new byte[56]));
        assertThatThrownBy(() -> ImageSet.of(mixed)).hasMessageContaining("image 1 is Pixels[8x7x1]");
        assertThatThrownBy(() -> ImageSet.of(mixed.subList(0, 1))).hasMessageContaining("count 1 must be 2 or more");
        assertThatThrownBy(() -> new ImageSet(2, 6, 8, 1, new byte[96])).hasMessageContaining("8x6");
    }

    @Test
    void grain_ofShadedSurfaces_isThatOfTheirRounding() {
        assertThat(Grain.of(shaded(0, 40))).isBetween(0.24, 0.3); // 1/√12, and the smoothest patches are below it
        assertThat(Grain.of(shaded(2, 40))).isBetween(1.5, 2.1);
        ImageSet plain = new ImageSet(2, 32, 32, 3, new byte[2 * 32 * 32 * 3]);
        assertThat(Grain.of(plain)).isZero();
    }

    /** Images with a slope in every channel, noise of a standard deviation on all of it, and half of it full of detail. */
    private static ImageSet shaded(double deviation, int count) {
        Random random = new Random(9);
        byte[] data = new byte[count * 64 * 64 * 3];
        for (int i = 0; i < data.length; i++) {
            int x = i / 3 % 64;
            int y = i / 3 / 64 % 64;
            double slope = 60 + 1.3 * x + 0.7 * y + 10 * (i % 3);
            double detail = x < 32 ? 0 : 40 * random.nextDouble();
            data[i] = (byte) Math.round(slope + detail + deviation * random.nextGaussian());
        }
        return new ImageSet(count, 64, 64, 3, data);
    }

    @Test
    void slicedWasserstein_sameSettings_sameNumbers() {
        ImageSet a = smooth(1, 20, 32, 3);
        ImageSet b = noise(2, 20, 32, 3);
        var first = new SlicedWasserstein(8, 1, 16, 5).between(a, b);
        assertThat(new SlicedWasserstein(8, 1, 16, 5).between(a, b)).isEqualTo(first);
        assertThat(new SlicedWasserstein(8, 1, 16, 6).between(a, b)).isNotEqualTo(first);
    }

    @Test
    void slicedWasserstein_otherTexture_fartherThanSameKind() {
        SlicedWasserstein metric = new SlicedWasserstein(16, 2, 16, 0);
        ImageSet real = smooth(1, 60, 32, 3);
        var same = metric.between(smooth(2, 60, 32, 3), real);
        var other = metric.between(noise(3, 60, 32, 3), real);
        assertThat(same.levels()).extracting(SlicedWasserstein.Level::height).containsExactly(32, 16);
        assertThat(other.average()).isGreaterThan(3 * same.average());
    }

    @Test
    void slicedWasserstein_greyAndOddSize_oneLevel() {
        var distances = new SlicedWasserstein(4, 1, 8, 0).between(noise(1, 5, 33, 1), noise(2, 9, 33, 1));
        assertThat(distances.levels()).hasSize(1);
        assertThat(distances.average()).isPositive();
    }

    @Test
    void slicedWasserstein_constantImages_zero() {
        ImageSet black = new ImageSet(3, 16, 16, 3, new byte[3 * 16 * 16 * 3]);
        assertThat(SlicedWasserstein.standard(0).between(black, black).average())
                .isZero();
    }

    @Test
    void slicedWasserstein_badArguments_refused() {
        assertThatThrownBy(() -> new SlicedWasserstein(0, 1, 1, 0))
                .hasMessageContaining("patchesPerImage 0 must be 1 to 1024");
        assertThatThrownBy(() -> SlicedWasserstein.standard(0).between(noise(1, 2, 16, 1), noise(1, 2, 16, 3)))
                .hasMessageContaining("one size");
    }

    @Test
    void pyramid_levels_halveWhileEvenAndAtLeastSixteen() {
        assertThat(LaplacianPyramid.levels(64, 64)).isEqualTo(3);
        assertThat(LaplacianPyramid.levels(48, 64)).isEqualTo(2);
        assertThat(LaplacianPyramid.levels(16, 16)).isEqualTo(1);
        assertThat(LaplacianPyramid.levels(36, 36)).isEqualTo(2);
        assertThat(LaplacianPyramid.of(noise(4, 2, 64, 3)))
                .extracting(LaplacianPyramid.Level::width)
                .containsExactly(64, 32, 16);
    }

    @Test
    void wasserstein_differentCounts_areaBetweenQuantiles() {
        assertThat(Wasserstein.betweenSorted(new double[] {0, 1}, new double[] {0, 1, 2, 3}))
                .isCloseTo(1, within(1e-12));
        assertThat(Wasserstein.betweenSorted(new double[] {1, 2, 4}, new double[] {3}))
                .isCloseTo(4.0 / 3, within(1e-12));
        assertThat(Wasserstein.betweenSorted(new double[] {1, 2}, new double[] {2, 4}))
                .isCloseTo(1.5, within(1e-12));
    }

    @Test
    void colour_tintedCopy_seen() {
        ImageSet a = smooth(1, 30, 16, 3);
        byte[] redder = a.data().clone();
        for (int i = 0; i < redder.length; i += 3) {
            redder[i] = (byte) ((redder[i] & 0xff) + 10);
        }
        ColourDistance colour = ColourDistance.between(a, new ImageSet(30, 16, 16, 3, redder));
        assertThat(colour.samples().get(0)).isCloseTo(10 / 255.0, within(1e-12));
        assertThat(colour.imageMeans().get(0)).isCloseTo(10 / 255.0, within(1e-12));
        assertThat(colour.meanDistance()).isCloseTo(10 / 255.0, within(1e-12));
        assertThat(colour.imageMeansFrechet()).isCloseTo(Math.pow(10 / 255.0, 2), within(1e-9));
        assertThat(colour.samples().subList(1, 3)).containsOnly(0.0);
    }

    @Test
    void frechet_shiftedAndScaledGaussians_closedForm() {
        double[][] a = {{-1, 0}, {1, 0}, {0, -1}, {0, 1}};
        double[][] b = {{7, 4}, {13, 4}, {10, 1}, {10, 7}};
        // covariances 2/3 and 6 times the identity
        double expected = 116 + 2 * Math.pow(Math.sqrt(6) - Math.sqrt(2.0 / 3), 2);
        assertThat(FrechetDistance.between(a, b)).isCloseTo(expected, within(1e-12));
        assertThat(FrechetDistance.between(a, a)).isCloseTo(0, within(1e-12));
    }

    /** Matrices Q diag(v) Qᵀ, whose roots are known: of many sizes, singular ones and such with equal eigenvalues. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 40, 100})
    void squareRoot_ofKnownMatrices_isTheirs(int n) {
        Random random = new Random(n);
        for (int kind = 0; kind < 3; kind++) {
            double[] values = new double[n];
            for (int i = 0; i < n; i++) {
                values[i] = kind == 0 ? random.nextDouble() * 10 : kind == 1 ? 4 : i % 2 == 0 ? 0 : i;
            }
            DMatrixRMaj q = RandomMatrices_DDRM.orthogonal(n, n, random);
            DMatrixRMaj root = FrechetDistance.squareRoot(rotated(q, values));
            DMatrixRMaj expected =
                    rotated(q, Arrays.stream(values).map(Math::sqrt).toArray());
            assertThat(root.data).containsExactly(expected.data, within(kind == 2 ? 1e-7 : 1e-10));
            assertThat(CommonOps_DDRM.mult(root, root, null).data)
                    .containsExactly(rotated(q, values).data, within(1e-10));
        }
    }

    private static DMatrixRMaj rotated(DMatrixRMaj q, double[] values) {
        DMatrixRMaj product = CommonOps_DDRM.mult(q, CommonOps_DDRM.diag(values), null);
        return CommonOps_DDRM.multTransB(product, q, null);
    }

    @Test
    void kernel_sameDistribution_aboutZeroAndFartherApartGreater() {
        double[][] a = gaussians(1, 300, 0);
        double[][] b = gaussians(2, 300, 0);
        double[][] far = gaussians(3, 300, 2);
        assertThat(Math.abs(KernelDistance.gaussian(a, b, 2))).isLessThan(0.01);
        assertThat(KernelDistance.gaussian(a, far, 2)).isGreaterThan(0.5);
        assertThat(KernelDistance.polynomial(a, far)).isGreaterThan(100 * Math.abs(KernelDistance.polynomial(a, b)));
    }

    @Test
    void precisionRecall_generatedInOneOfTwoClusters_preciseButPoorRecall() {
        double[][] generated = gaussians(1, 200, 0);
        double[][] real = gaussians(2, 200, 0);
        for (int i = 0; i < 100; i++) {
            real[i][0] += 100;
        }
        PrecisionRecall measured = PrecisionRecall.of(generated, real, 5);
        assertThat(measured.precision()).isGreaterThan(0.8);
        assertThat(measured.recall()).isBetween(0.4, 0.5);
        assertThat(measured.coverage()).isBetween(0.4, 0.5);
    }

    @Test
    void features_badArguments_refused() {
        double[][] two = {{1, 2}, {3, 4}};
        assertThatThrownBy(() -> FrechetDistance.between(two, new double[][] {{1, 2}, {3}}))
                .hasMessageContaining("1 dimensions must have 2");
        assertThatThrownBy(() -> KernelDistance.polynomial(two, new double[][] {{1, 2}}))
                .hasMessageContaining("1 feature vectors must be 2 or more");
        assertThatThrownBy(() -> KernelDistance.gaussian(two, two, 0)).hasMessageContaining("sigma 0.0");
        assertThatThrownBy(() -> PrecisionRecall.of(two, two, 2)).hasMessageContaining("must be 3 or more");
        assertThatThrownBy(() -> PrecisionRecall.of(two, two, 0)).hasMessageContaining("k 0");
    }

    private static double[][] gaussians(long seed, int count, double centre) {
        Random random = new Random(seed);
        double[][] vectors = new double[count][4];
        for (double[] vector : vectors) {
            for (int i = 0; i < vector.length; i++) {
                vector[i] = centre + random.nextGaussian();
            }
        }
        return vectors;
    }

    /** Images of independent samples. */
    private static ImageSet noise(long seed, int count, int side, int channels) {
        byte[] data = new byte[count * side * side * channels];
        new Random(seed).nextBytes(data);
        return new ImageSet(count, side, side, channels, data);
    }

    /** Images that are each a slope of random direction and colour, samples 0 … 245. */
    private static ImageSet smooth(long seed, int count, int side, int channels) {
        Random random = new Random(seed);
        byte[] data = new byte[count * side * side * channels];
        for (int image = 0; image < count; image++) {
            for (int channel = 0; channel < channels; channel++) {
                double right = random.nextDouble() * 120;
                double down = random.nextDouble() * 120;
                for (int i = 0; i < side * side; i++) {
                    int row = i / side;
                    double value = right * (i % side) / side + down * row / side + random.nextInt(5);
                    data[(image * side * side + i) * channels + channel] = (byte) (int) value;
                }
            }
        }
        return new ImageSet(count, side, side, channels, data);
    }
}
