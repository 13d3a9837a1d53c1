package io.stepwise.data.faces;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.image.Pixels;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FacePainterTest {
    private static final int FACES = 64;

    @Test
    void paint_sameFaceOnManyThreads_sameBytes() {
        List<Pixels> alone =
                IntStream.range(0, FACES).mapToObj(FacePainterTest::face).toList();

        List<Pixels> together = IntStream.range(0, FACES)
                .parallel()
                .mapToObj(FacePainterTest::face)
                .toList();

        assertThat(together).isEqualTo(alone);
    }

    @Test
    void paint_differentIndices_differentPictures() {
        assertThat(IntStream.range(0, FACES).mapToObj(FacePainterTest::face)).doesNotHaveDuplicates();
    }

    @Test
    void paint_smallAndLarge_showTheSamePicture() {
        Face face = Face.of(5);
        Pixels small = FacePainter.paint(face, 16, 16);
        Pixels large = FacePainter.paint(face, 128, 128);

        double difference = 0;
        for (int y = 0; y < 16; y++) {
            for (int x = 0; x < 16; x++) {
                difference += Math.abs(small.sample(x, y, 1) - mean(large, x * 8, y * 8));
            }
        }

        assertThat(difference / 256).isLessThan(6);
    }

    @Test
    void paint_wide_hasTheFaceInTheMiddle() {
        Face face = Face.of(5);
        Pixels square = FacePainter.paint(face, 32, 32);
        Pixels wide = FacePainter.paint(face, 64, 32);

        assertThat(wide.width()).isEqualTo(64);
        for (int c = 0; c < 3; c++) {
            assertThat(wide.sample(32, 20, c)).isEqualTo(square.sample(16, 20, c));
        }
    }

    private static Pixels face(int index) {
        return FacePainter.paint(Face.of(index), 32, 32);
    }

    private static double mean(Pixels pixels, int x0, int y0) {
        double sum = 0;
        for (int y = y0; y < y0 + 8; y++) {
            for (int x = x0; x < x0 + 8; x++) {
                sum += pixels.sample(x, y, 1);
            }
        }
        return sum / 64;
    }
}
