package io.stepwise.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlotTest {
    @Test
    void ticks_straightAxis_standAtRoundValues() {
        assertThat(labels(new PlotAxis(0, 1, false), 5)).containsExactly("0", "0.2", "0.4", "0.6", "0.8", "1");
        assertThat(labels(new PlotAxis(-3, 41_000, false), 5)).containsExactly("0", "10k", "20k", "30k", "40k");
        assertThat(labels(new PlotAxis(0.031, 0.0392, false), 4)).containsExactly("0.032", "0.034", "0.036", "0.038");
        assertThat(labels(new PlotAxis(1e-5, 3e-5, false), 4)).contains("1.5e-5", "3e-5");
    }

    @Test
    void ticks_logarithmicAxis_standAtPowersOfTen() {
        assertThat(labels(new PlotAxis(1e-6, 2e3, true), 12)).contains("1e-6", "0.001", "1", "10", "1k");
        assertThat(labels(new PlotAxis(0.02, 0.9, true), 5)).containsExactly("0.02", "0.05", "0.1", "0.2", "0.5");
    }

    @Test
    void axis_oneValue_isWidened() {
        PlotAxis axis = PlotAxis.around(new double[] {5, Double.NaN, 5}, false, 0.05);
        assertThat(axis.from()).isLessThan(5);
        assertThat(axis.position(5)).isEqualTo(0.5);
    }

    @Test
    void axis_logarithmic_leavesOutWhatIsNotPositive() {
        PlotAxis axis = PlotAxis.around(new double[] {-1, 0, 1, 100}, true, 0);
        assertThat(axis.from()).isEqualTo(1);
        assertThat(axis.position(10)).isEqualTo(0.5);
        assertThat(axis.position(0)).isNegative();
    }

    @Test
    void draw_twoSeries_showsBothColours() {
        double[] x = {0, 1, 2, 3};
        Plot.Series falling = new Plot.Series("falling", x, new double[] {4, 3, 2, 1});
        Plot.Series rising = new Plot.Series("rising", x, new double[] {1, 2, Double.NaN, 4});
        Pixels pixels = new Plot("title", "x", "y").draw(List.of(falling, rising), 400, 300);
        assertThat(count(pixels, 0x2f6fb5)).isGreaterThan(80);
        assertThat(count(pixels, 0xe0782a)).isBetween(30L, count(pixels, 0x2f6fb5));
    }

    @Test
    void draw_smoothing_drawsRawLinePale() {
        double[] x = new double[200];
        double[] y = new double[200];
        for (int i = 0; i < 200; i++) {
            x[i] = i;
            y[i] = i % 2;
        }
        List<Plot.Series> zigzag = List.of(new Plot.Series("", x, y));
        long raw = count(new Plot("", "", "").draw(zigzag, 400, 300), 0x2f6fb5);
        long smooth = count(new Plot("", "", "", false, false, 0.99).draw(zigzag, 400, 300), 0x2f6fb5);
        assertThat(smooth).isLessThan(raw / 4);
    }

    @Test
    void draw_nothingToShow_givesEmptyAxes() {
        Pixels pixels = new Plot("", "", "", true, true, 0).draw(List.of(), 200, 160);
        assertThat(pixels.width()).isEqualTo(200);
        assertThat(count(pixels, 0xe4e5ea)).isPositive();
    }

    @Test
    void draw_badArguments_areRefused() {
        assertThatThrownBy(() -> new Plot("", "", "", false, false, 1)).hasMessageContaining("smoothing 1.0");
        assertThatThrownBy(() -> new Plot("", "", "").draw(List.of(), 100, 400)).hasMessageContaining("100x400");
        assertThatThrownBy(() -> new Plot.Series("a", new double[1], new double[2]))
                .hasMessageContaining("x has 1 values and y 2");
    }

    @Test
    void lettering_everyPrintableCharacter_hasAShape() {
        for (char c = '!'; c <= '~'; c++) {
            Outline glyph = Lettering.shape(String.valueOf(c), 4, 40, 32);
            assertThat(new Canvas(40, 60, 1).fill(glyph, 0xffffff).toPixels().data())
                    .as("glyph %s", c)
                    .contains(-1);
        }
    }

    @Test
    void lettering_accents_areDropped() {
        assertThat(Lettering.width("größe", 10)).isGreaterThan(Lettering.width("gro", 10));
        assertThat(Lettering.width("é", 10)).isEqualTo(Lettering.width("e", 10));
    }

    private static List<String> labels(PlotAxis axis, int wanted) {
        return axis.ticks(wanted).stream().map(PlotAxis.Tick::label).toList();
    }

    private static long count(Pixels pixels, int rgb) {
        long count = 0;
        for (int i = 0; i < pixels.width() * pixels.height(); i++) {
            int x = i % pixels.width();
            int y = i / pixels.width();
            int here = pixels.sample(x, y, 0) << 16 | pixels.sample(x, y, 1) << 8 | pixels.sample(x, y, 2);
            count += here == rgb ? 1 : 0;
        }
        return count;
    }
}
