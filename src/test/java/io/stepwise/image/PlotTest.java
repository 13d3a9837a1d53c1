package io.stepwise.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jfree.data.Range;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlotTest {
    private static final Comparator<Double> NEARLY = (a, b) -> Math.abs(a / b - 1) < 1e-9 ? 0 : Double.compare(a, b);

    @Test
    void ticks_logarithmicAxis_standAtRoundValues() {
        assertThat(RoundLogAxis.values(new Range(.02, .9)))
                .usingElementComparator(NEARLY)
                .containsExactly(.02, .05, .1, .2, .5);
        assertThat(RoundLogAxis.values(new Range(1e-6, 2e3)))
                .usingElementComparator(NEARLY)
                .contains(1e-6, .001, 1., 1000.)
                .hasSizeLessThan(12);
        assertThat(RoundLogAxis.values(new Range(.031, .0392)))
                .usingElementComparator(NEARLY)
                .contains(.032, .034, .036, .038);
    }

    @Test
    void draw_twoSeries_showsBothColours() {
        Pixels pixels = new Plot("title", "x", "y").draw(twoSeries(), 400, 300);
        assertThat(count(pixels, 0x2f6fb5)).isGreaterThan(80);
        assertThat(count(pixels, 0xe0782a)).isBetween(30L, count(pixels, 0x2f6fb5));
    }

    @Test
    void draw_logarithmic_leavesOutWhatIsNotPositive() {
        double[] x = {1, 2, 3};
        List<Plot.Series> none = List.of(new Plot.Series("", x, new double[] {-1, 0, Double.POSITIVE_INFINITY}));
        List<Plot.Series> some = List.of(new Plot.Series("", x, new double[] {-1, 10, 1000}));
        Plot plot = new Plot("", "", "", false, true, 0);
        assertThat(count(plot.draw(none, 400, 300), 0x2f6fb5)).isZero();
        assertThat(count(plot.draw(some, 400, 300), 0x2f6fb5)).isPositive();
    }

    @Test
    void draw_oneValue_showsIt() {
        List<Plot.Series> one = List.of(new Plot.Series("", new double[] {7}, new double[] {5}));
        assertThat(count(new Plot("", "", "").draw(one, 400, 300), 0x2f6fb5)).isPositive();
        assertThat(count(new Plot("", "", "", true, true, .5).draw(one, 400, 300), 0x2f6fb5))
                .isPositive();
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
    void draw_inACountryWithOtherDigits_isTheSame() {
        Pixels expected = new Plot("title", "x", "y").draw(twoSeries(), 400, 300);
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertThat(new Plot("title", "x", "y").draw(twoSeries(), 400, 300)).isEqualTo(expected);
        } finally {
            Locale.setDefault(before);
        }
    }

    /** A drawing that needs no fonts, every colour of which gives way to another on a dark page. */
    @Test
    void svg_ofASheet_isLightOrDark() {
        PlotSheet sheet = new PlotSheet(
                List.of(
                        new PlotSheet.Panel(new Plot("title", "x", "y"), twoSeries()),
                        new PlotSheet.Panel(new Plot("other", "x", "", false, true, .5), twoSeries())),
                2);
        String svg = new String(sheet.svg(400, 300), StandardCharsets.UTF_8);
        assertThat(svg)
                .startsWith("<svg ")
                .contains("viewBox=\"0 0 800 300\"", "@media (prefers-color-scheme: dark)")
                .doesNotContain("<text", "<image");
        Set<String> used = new TreeSet<>();
        Pattern.compile(" (?:fill|stroke)=\"(white|rgb\\([^\"]*)\"")
                .matcher(svg)
                .results()
                .forEach(each -> used.add(each.group(1)));
        assertThat(used).hasSizeGreaterThan(5).allSatisfy(colour -> assertThat(svg)
                .contains("[fill=\"" + colour + "\"] {", "[stroke=\"" + colour + "\"] {"));
    }

    /** Draws in a JVM of its own, whose fontconfig knows no fonts, and compares. */
    @Test
    void draw_onAMachineWithoutFonts_isTheSame(@TempDir Path folder) throws Exception {
        Path configuration = folder.resolve("fonts.conf");
        Files.writeString(configuration, "<fontconfig><dir>" + folder.resolve("none") + "</dir></fontconfig>");
        Path drawn = folder.resolve("drawn.png");
        ProcessBuilder java = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Duser.home=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                OtherMachine.class.getName(),
                drawn.toString());
        java.environment().put("FONTCONFIG_FILE", configuration.toString());
        Process process = java.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(Files.readAllBytes(drawn)).isEqualTo(OtherMachine.png());
    }

    /** A program that draws a plot into a file. */
    static final class OtherMachine {
        public static void main(String[] arguments) throws IOException {
            Files.write(Path.of(arguments[0]), png());
        }

        static byte[] png() {
            return Png.encode(new Plot("title", "x", "y").draw(twoSeries(), 400, 300));
        }
    }

    private static List<Plot.Series> twoSeries() {
        double[] x = {0, 1, 2, 3};
        return List.of(
                new Plot.Series("falling", x, new double[] {4, 3, 2, 1}),
                new Plot.Series("rising", x, new double[] {1, 2, Double.NaN, 4}));
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
