package io.stepwise.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.data.faces.FacesDataset;
import io.stepwise.image.Pixels;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntToLongFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class LikenessTest {
    private static final int COUNT = 128;
    private static final FacesDataset FACES = new FacesDataset(32, 32, 0, 1 << 16);
    private static final ImageSet REAL = faces(i -> i, UnaryOperator.identity());

    @Test
    void between_otherImagesOfTheKind_aboutZeroAndNearlyAllAlike() {
        Likeness same = Likeness.between(faces(i -> 1000 + i, UnaryOperator.identity()), REAL);
        assertThat(Math.abs(same.kernelDistance())).isLessThan(40);
        assertThat(same.precisionRecall().precision()).isGreaterThan(.85);
        assertThat(same.precisionRecall().recall()).isGreaterThan(.85);
        assertThat(same).isEqualTo(Likeness.between(faces(i -> 1000 + i, UnaryOperator.identity()), REAL));
    }

    /** Each fault is far beyond what chance does to images of the kind, and lowers the share that it should lower. */
    @Test
    void between_imagesWithAFault_seen() {
        Likeness fewFaces = Likeness.between(faces(i -> 1000 + i % 10, UnaryOperator.identity()), REAL);
        assertThat(fewFaces.kernelDistance()).isGreaterThan(150);
        assertThat(fewFaces.precisionRecall().precision()).isGreaterThan(.85);
        assertThat(fewFaces.precisionRecall().recall()).isLessThan(.1);

        Likeness oneLabel = Likeness.between(faces(i -> 1000 + 8L * i, UnaryOperator.identity()), REAL);
        assertThat(oneLabel.kernelDistance()).isGreaterThan(1000);
        assertThat(oneLabel.precisionRecall().recall()).isLessThan(.3);

        Likeness tinted = Likeness.between(faces(i -> 1000 + i, LikenessTest::redder), REAL);
        assertThat(tinted.kernelDistance()).isGreaterThan(100);

        Random random = new Random(1);
        Likeness noise = Likeness.between(
                faces(i -> i, image -> {
                    byte[] data = new byte[image.data().length];
                    random.nextBytes(data);
                    return new Pixels(32, 32, 3, data);
                }),
                REAL);
        assertThat(noise.kernelDistance()).isGreaterThan(3000);
        assertThat(noise.precisionRecall().precision()).isLessThan(.05);
        assertThat(noise.precisionRecall().recall()).isLessThan(.05);
    }

    @Test
    void between_badSets_refused() {
        ImageSet three = new ImageSet(3, 8, 8, 3, new byte[3 * 8 * 8 * 3]);
        assertThatThrownBy(() -> Likeness.between(three, three)).hasMessageContaining("must be 4 or more");
        assertThatThrownBy(() -> Likeness.between(three, REAL)).hasMessageContaining("one size");
    }

    /** The network of {@link RandomFeatures}, computed in double, output by output, from its description. */
    @Test
    void features_ofAnImage_asDescribed() {
        double[] actual = new RandomFeatures(3).of(REAL)[5];
        Random random = new Random(0);
        double[][][] maps = new double[3][32][32];
        Pixels image = FACES.get(5).pixels();
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < 32; y++) {
                for (int x = 0; x < 32; x++) {
                    maps[c][y][x] = image.sample(x, y, c) / 127.5 - 1;
                }
            }
        }
        for (int channels : new int[] {16, 32, 64}) {
            maps = level(maps, channels, random);
        }
        double[] expected = new double[64];
        for (int i = 0; i < 64; i++) {
            for (double[][] map : maps) {
                for (double[] row : map) {
                    for (double value : row) {
                        expected[i] += random.nextGaussian() * Math.sqrt(1.0 / 1024) * value;
                    }
                }
            }
        }
        assertThat(actual).containsExactly(expected, within(1e-4));
    }

    private static double[][][] level(double[][][] in, int channels, Random random) {
        int side = in[0].length;
        double[][][] out = new double[channels][side / 2][side / 2];
        for (double[][] map : out) {
            double[][][] filter = new double[in.length][3][3];
            for (double[][] plane : filter) {
                for (double[] row : plane) {
                    for (int k = 0; k < 3; k++) {
                        row[k] = random.nextGaussian() * Math.sqrt(2.0 / (9 * in.length));
                    }
                }
            }
            for (int y = 0; y < side; y++) {
                for (int x = 0; x < side; x++) {
                    map[y / 2][x / 2] += Math.max(0, sum(in, filter, y, x)) / 4;
                }
            }
        }
        return out;
    }

    private static double sum(double[][][] in, double[][][] filter, int y, int x) {
        double sum = 0;
        for (int c = 0; c < in.length; c++) {
            for (int dy = 0; dy < 3; dy++) {
                for (int dx = 0; dx < 3; dx++) {
                    int row = y + dy - 1;
                    int column = x + dx - 1;
                    boolean inside = row >= 0 && column >= 0 && row < in[c].length && column < in[c].length;
                    sum += inside ? filter[c][dy][dx] * in[c][row][column] : 0;
                }
            }
        }
        return sum;
    }

    private static ImageSet faces(IntToLongFunction index, UnaryOperator<Pixels> change) {
        List<Pixels> images = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            images.add(change.apply(FACES.get(index.applyAsLong(i)).pixels()));
        }
        return ImageSet.of(images);
    }

    private static Pixels redder(Pixels image) {
        byte[] data = image.data().clone();
        for (int i = 0; i < data.length; i += 3) {
            data[i] = (byte) Math.min(255, (data[i] & 0xff) + 12);
        }
        return new Pixels(image.width(), image.height(), 3, data);
    }
}
