package io.stepwise.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import org.junit.jupiter.api.Test;

class CanvasTest {
    @Test
    void coverage_slantedEdge_isExact() {
        Coverage coverage = new Coverage(4, 2);
        coverage.rasterise(new Outline().move(0, 0).line(4, 0).line(0, 2), Affine.IDENTITY);
        // the line x = 4 - 2y cuts row 0 from 4 to 2 and row 1 from 2 to 0
        assertThat(coverage.at(0, 0)).isEqualTo(1);
        assertThat(coverage.at(2, 0)).isEqualTo(0.75);
        assertThat(coverage.at(3, 0)).isEqualTo(0.25);
        assertThat(coverage.at(0, 1)).isEqualTo(0.75);
        assertThat(coverage.at(1, 1)).isEqualTo(0.25);
        assertThat(coverage.at(2, 1)).isZero();
    }

    @Test
    void coverage_circle_sumsToItsArea() {
        Coverage coverage = new Coverage(40, 40);
        coverage.rasterise(Outline.circle(20.3, 19.6, 15), Affine.IDENTITY);
        double sum = 0;
        for (int y = coverage.top(); y < coverage.bottom(); y++) {
            for (int x = coverage.left(); x < coverage.right(); x++) {
                sum += coverage.at(x, y);
            }
        }
        assertThat(sum).isBetween(Math.PI * 225 * 0.998, Math.PI * 225);
    }

    @Test
    void coverage_shapeBeyondTheEdges_isCut() {
        Coverage coverage = new Coverage(3, 3);
        coverage.rasterise(Outline.rectangle(-50, -50, 50, 1.5), Affine.IDENTITY);
        for (int x = 0; x < 3; x++) {
            assertThat(coverage.at(x, 0)).isEqualTo(1);
            assertThat(coverage.at(x, 1)).isEqualTo(0.5);
        }
        assertThat(coverage.bottom()).isEqualTo(2);
    }

    @Test
    void coverage_overlappingPieces_unite() {
        Coverage coverage = new Coverage(4, 1);
        Outline both = Outline.rectangle(0, 0, 3, 1).add(Outline.rectangle(1, 0, 4, 1));
        coverage.rasterise(both, Affine.IDENTITY);
        assertThat(coverage.at(2, 0)).isEqualTo(1);
    }

    @Test
    void coverage_secondShape_forgetsTheFirst() {
        Coverage coverage = new Coverage(8, 8);
        coverage.rasterise(Outline.rectangle(0, 0, 8, 8), Affine.IDENTITY);
        coverage.rasterise(Outline.rectangle(2, 2, 3, 3), Affine.IDENTITY);
        assertThat(coverage.at(2, 2)).isEqualTo(1);
        assertThat(coverage.at(4, 2)).isZero();
        assertThat(coverage.top()).isEqualTo(2);
        assertThat(coverage.right()).isLessThanOrEqualTo(4);
    }

    @Test
    void fill_halfCovered_mixesLight() {
        Canvas canvas = new Canvas(1, 1, 1);
        canvas.fill(Outline.rectangle(0, 0, 0.5, 1), 0xffffff);
        // half the light of white is sample 188, not 128
        assertThat(canvas.toPixels().sample(0, 0, 0)).isEqualTo(188);
    }

    @Test
    void fill_inside_keepsToTheClip() {
        Canvas canvas = new Canvas(4, 1, 2);
        canvas.fill(Outline.rectangle(0, 0, 4, 1), Paint.of(0xff0000), Outline.rectangle(1, 0, 2, 1));
        assertThat(canvas.toPixels().data()).containsExactly(0, 0, 0, 255, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void fill_gradient_followsTheTransform() {
        Canvas canvas = new Canvas(1, 8, 1).transform(Affine.scale(8));
        canvas.fill(Outline.rectangle(0, 0, 1, 1), Paint.vertical(0, 0x000000, 1, 0xffffff));
        Pixels pixels = canvas.toPixels();
        assertThat(pixels.sample(0, 0, 0)).isLessThan(75);
        assertThat(pixels.sample(0, 7, 0)).isGreaterThan(240);
    }

    @Test
    void stroked_line_hasItsWidth() {
        Canvas canvas = new Canvas(7, 7, 1);
        canvas.fill(new Outline().move(-5, 3.5).line(12, 3.5).stroked(3), 0xffffff);
        Pixels pixels = canvas.toPixels();
        assertThat(pixels.sample(3, 1, 0)).isZero();
        assertThat(pixels.sample(3, 2, 0)).isEqualTo(255);
        assertThat(pixels.sample(3, 4, 0)).isEqualTo(255);
        assertThat(pixels.sample(3, 5, 0)).isZero();
    }

    @Test
    void border_square_staysOpenInside() {
        Canvas canvas = new Canvas(9, 9, 1);
        canvas.fill(Outline.rectangle(1.5, 1.5, 7.5, 7.5).border(1), 0xffffff);
        Pixels pixels = canvas.toPixels();
        assertThat(pixels.sample(1, 4, 0)).isEqualTo(255);
        assertThat(pixels.sample(4, 7, 0)).isEqualTo(255);
        assertThat(pixels.sample(4, 4, 0)).isZero();
    }

    @Test
    void affine_inverse_undoes() {
        Affine map = Affine.rotationAbout(3, 4, 0.7).after(Affine.scaleAbout(1, 2, 3));
        Affine back = map.inverse().after(map);
        assertThat(back.applyX(5, 6)).isCloseTo(5, offset(1e-12));
        assertThat(back.applyY(5, 6)).isCloseTo(6, offset(1e-12));
        assertThatThrownBy(() -> Affine.scale(0).inverse()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void paint_alphaBeyondOne_isRefused() {
        assertThatThrownBy(() -> Paint.of(0, 1.1)).hasMessageContaining("alpha 1.1 must be in [0, 1]");
    }
}
