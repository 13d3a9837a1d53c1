package io.stepwise.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchMainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return BenchMain.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    @Test
    void help_ofBenchServe_listsScenariosAndDefaults() {
        assertThat(run("bench", "serve", "--help")).isZero();

        assertThat(out.toString())
                .startsWith("Usage: stepwise bench serve")
                .contains(
                        "saturated, lone, beside, mixed, training, overload",
                        "http;",
                        "--trace-out",
                        "--seconds=S",
                        "--verbose",
                        "Default: 300");
    }

    @Test
    void help_ofBenchPrograms_saysWhatIsWritten() {
        assertThat(run("bench", "programs", "--help")).isZero();

        assertThat(out.toString()).startsWith("Usage: stepwise bench programs").contains("DIR", "[UNET...]", "report");
    }

    /** The number of engines depends on the GPUs, which libtorch counts. */
    @Tag("libtorch")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            bench serve --loads 0   | --loads [0.0] must be
            bench serve --scenario x| Invalid value for option '--scenario'
            bench serve --http x    | --http x must be
            """)
    void benchServe_withWrongUsage_exitsWith2AndOneHint(String line, String message) {
        assertThat(run(line.split(" "))).isEqualTo(2);

        assertThat(err.toString()).startsWith("stepwise: " + message).contains("--help' for what there is.");
        assertThat(out.toString()).isEmpty();
    }
}
