package io.stepwise.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.awt.geom.AffineTransform;
import org.junit.jupiter.api.Test;

class CanvasTest {
    private static final Outline ALL = Outline.rectangle(-10, -10, 100, 100);

    @Test
    void fill_opaqueSquare_coversItsPixelsOnly() {
        Pixels pixels = new Canvas(4, 4, 2)
                .fill(Outline.rectangle(1, 1, 3, 3), 0xff8040)
                .toPixels();

        assertThat(rgb(pixels, 1, 2)).isEqualTo(0xff8040);
        assertThat(rgb(pixels, 0, 1)).isZero();
        assertThat(rgb(pixels, 3, 3)).isZero();
    }

    @Test
    void fill_halfTransparentWhiteOnBlack_givesHalfTheLight() {
        Pixels pixels = new Canvas(1, 1, 1).fill(ALL, Paint.of(0xffffff, 0.5)).toPixels();

        // IEC 61966-2-1: half the light of white is sample 188
        assertThat(pixels.sample(0, 0, 0)).isCloseTo(188, within(1));
    }

    @Test
    void toPixels_halfOfThePaintedPixelsWhite_givesHalfTheLight() {
        Pixels pixels = new Canvas(1, 1, 4)
                .fill(Outline.rectangle(0, 0, 0.5, 1), 0xffffff)
                .toPixels();

        assertThat(pixels.sample(0, 0, 1)).isEqualTo(188);
    }

    @Test
    void fill_contoursOfOneDirectionOverlap_unite() {
        Outline pair = Outline.rectangle(0, 0, 3, 1).add(Outline.rectangle(1, 0, 4, 1));

        Pixels pixels = new Canvas(4, 1, 1).fill(pair, 0xffffff).toPixels();

        assertThat(pixels.data()).containsOnly(-1);
    }

    @Test
    void fill_inside_paintsTheIntersectionWithASoftEdge() {
        Pixels pixels = new Canvas(4, 1, 1)
                .fill(Outline.rectangle(1, 0, 4, 1), Paint.of(0xffffff), Outline.rectangle(0, 0, 2.5, 1))
                .toPixels();

        assertThat(pixels.sample(0, 0, 0)).isZero();
        assertThat(pixels.sample(1, 0, 0)).isEqualTo(255);
        assertThat(pixels.sample(2, 0, 0)).isBetween(100, 200);
        assertThat(pixels.sample(3, 0, 0)).isZero();
    }

    @Test
    void fill_insideSomethingElsewhere_paintsNothing() {
        Pixels pixels = new Canvas(4, 4, 2)
                .fill(Outline.circle(1, 1, 1), Paint.of(0xffffff), Outline.circle(3, 3, 0.5))
                .toPixels();

        assertThat(pixels.data()).containsOnly(0);
    }

    @Test
    void transform_mirrored_paintsOnTheOtherSide() {
        Pixels pixels = new Canvas(4, 1, 2)
                .transform(new AffineTransform(-1, 0, 0, 1, 4, 0))
                .fill(Outline.rectangle(0, 0, 1, 1), 0xffffff)
                .toPixels();

        assertThat(pixels.sample(3, 0, 0)).isEqualTo(255);
        assertThat(pixels.sample(0, 0, 0)).isZero();
    }

    @Test
    void border_openSquare_closesItAndLeavesItsMiddle() {
        Outline border =
                new Outline().move(2, 2).line(8, 2).line(8, 8).line(2, 8).border(2);

        Pixels pixels = new Canvas(10, 10, 2).fill(border, 0xffffff).toPixels();

        assertThat(pixels.sample(2, 5, 0)).isEqualTo(255);
        assertThat(pixels.sample(5, 5, 0)).isZero();
    }

    @Test
    void brushed_straightLine_isWideInTheMiddleAndThinAtItsEnds() {
        Outline stroke = Outline.curve(2, 5, 8, 5).brushed(1, 6, 1);

        Pixels pixels = new Canvas(12, 10, 4).fill(stroke, 0xffffff).toPixels();

        assertThat(litRows(pixels, 5)).isEqualTo(6);
        assertThat(litRows(pixels, 2)).isBetween(1L, 4L);
        assertThat(litRows(pixels, 9)).isZero();
    }

    @Test
    void brushed_wideEnd_isRound() {
        Outline stroke = Outline.curve(2, 5, 8, 5).brushed(0, 4, 4);

        Pixels pixels = new Canvas(12, 10, 4).fill(stroke, 0xffffff).toPixels();

        assertThat(pixels.sample(8, 5, 0)).isEqualTo(255);
        assertThat(pixels.sample(9, 5, 0)).isGreaterThan(200);
        assertThat(pixels.sample(0, 5, 0)).as("beyond the pointed start").isZero();
    }

    @Test
    void vertical_betweenBlackAndWhite_isLinearInLight() {
        Pixels pixels = new Canvas(1, 8, 8)
                .fill(ALL, Paint.vertical(0, 0x000000, 8, 0xffffff))
                .toPixels();

        assertThat(pixels.sample(0, 3, 0)).isBetween(168, 188);
        assertThat(pixels.sample(0, 4, 0)).isBetween(188, 205);
    }

    @Test
    void glow_awayFromItsCentre_fades() {
        Pixels pixels = new Canvas(9, 9, 1)
                .fill(ALL, Paint.glow(4.5, 4.5, 4, 0xffffff, 1))
                .toPixels();

        assertThat(pixels.sample(4, 4, 0)).isGreaterThan(pixels.sample(6, 4, 0));
        assertThat(pixels.sample(0, 0, 0)).isZero();
    }

    @Test
    void of_alphaAboveOne_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Paint.of(0, 1.5))
                .withMessage("alpha 1.5 must be in [0, 1]");
    }

    @Test
    void canvas_oversampling17_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Canvas(1, 1, 17))
                .withMessage("oversampling 17 must be in [1, 16]");
    }

    private static int rgb(Pixels pixels, int x, int y) {
        return pixels.sample(x, y, 0) << 16 | pixels.sample(x, y, 1) << 8 | pixels.sample(x, y, 2);
    }

    private static long litRows(Pixels pixels, int x) {
        long lit = 0;
        for (int y = 0; y < pixels.height(); y++) {
            lit += pixels.sample(x, y, 0) > 127 ? 1 : 0;
        }
        return lit;
    }
}
