package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final long SECOND = 1_000_000_000L;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private long now = 5 * SECOND;

    @Test
    void step_noTerminal_oneLinePerInterval() {
        try (Progress progress = progress(false, 10, 0, 4000)) {
            for (int step = 1; step <= 100; step++) {
                now += SECOND / 4;
                progress.step(step, 0.5, Duration.ZERO);
            }
        }
        assertThat(text().lines())
                .containsExactly(
                        "step 40/4000   1%  loss 0.5000  128 images/s  4.00 steps/s  0% waiting for data  0:10 elapsed  16:30 left",
                        "step 80/4000   2%  loss 0.5000  128 images/s  4.00 steps/s  0% waiting for data  0:20 elapsed  16:20 left");
    }

    @Test
    void step_terminal_redrawsInPlace() {
        try (Progress progress = progress(true, 1, 0, 10_000)) {
            now += 2 * SECOND;
            progress.step(1, 1, Duration.ZERO);
            now += 2 * SECOND;
            progress.step(2, Double.NaN, Duration.ZERO);
        }
        assertThat(text())
                .isEqualTo(
                        "\rstep 1/10000   0%  loss 1.0000  16.0 images/s  0.50 steps/s  0% waiting for data  0:02 elapsed  5:33:18 left\u001b[K"
                                + "\rstep 2/10000   0%  loss 1.0000  16.0 images/s  0.50 steps/s  0% waiting for data  0:04 elapsed  5:33:16 left\u001b[K"
                                + System.lineSeparator());
    }

    @Test
    void step_lastOne_drawnBeforeItsTime() {
        try (Progress progress = progress(false, 10, 0, 3)) {
            progress.step(3, 0.25, Duration.ZERO);
        }
        assertThat(text()).startsWith("step 3/3 100%  loss 0.2500").contains("- left");
    }

    @Test
    void step_changingLoss_smoothed() {
        try (Progress progress = progress(false, 10, 0, 2)) {
            progress.step(1, 1, Duration.ZERO);
            progress.step(2, 0, Duration.ZERO);
        }
        assertThat(text()).contains("loss 0.4949");
    }

    @Test
    void step_resumed_speedOfThisProcessOnly() {
        try (Progress progress = progress(false, 10, 1000, 2000)) {
            now += 10 * SECOND;
            progress.step(1020, 0.1, Duration.ZERO);
        }
        assertThat(text()).contains("64.0 images/s  2.00 steps/s").contains("8:10 left");
    }

    @Test
    void step_waitedForImages_shareOfTheTime() {
        try (Progress progress = progress(false, 10, 0, 1000)) {
            now += 10 * SECOND;
            progress.step(40, 0.1, Duration.ofMillis(2500));
            now += 10 * SECOND;
            progress.step(80, 0.1, Duration.ofMillis(3000));
        }
        assertThat(text())
                .contains("  25% waiting for data  0:10 elapsed")
                .contains("  15% waiting for data  0:20 elapsed");
    }

    @Test
    void skip_timeSpentOnSomethingElse_elapsesButDoesNotCountInTheSpeed() {
        try (Progress progress = progress(false, 10, 0, 1000)) {
            now += 40 * SECOND;
            progress.skip(30 * SECOND);
            progress.step(40, 0.1, Duration.ofSeconds(1));
        }
        assertThat(text()).contains("4.00 steps/s  10% waiting for data  0:40 elapsed  4:00 left");
    }

    @Test
    void step_slowerThanBefore_speedFollows() {
        try (Progress progress = progress(false, 1, 0, 100_000)) {
            for (int step = 1; step <= 60; step++) {
                now += step <= 20 ? SECOND : 4 * SECOND;
                progress.step(step, 0.1, Duration.ZERO);
            }
        }
        assertThat(text().lines().reduce((a, b) -> b).orElseThrow()).contains("0.25 steps/s");
    }

    @Test
    void message_terminal_aboveTheLine() {
        try (Progress progress = progress(true, 1, 0, 10)) {
            progress.message("saved");
        }
        assertThat(text()).startsWith("\rsaved\u001b[K" + System.lineSeparator() + "\rstep 0/10   0%  loss -");
    }

    @Test
    void message_noTerminal_plainLine() {
        try (Progress progress = progress(false, 1, 0, 10)) {
            progress.message("saved");
        }
        assertThat(text()).isEqualTo("saved" + System.lineSeparator());
    }

    private Progress progress(boolean inPlace, int seconds, int start, int total) {
        Progress progress = new Progress(out, inPlace, Duration.ofSeconds(seconds), () -> now, total, 32);
        progress.resumeAt(start);
        return progress;
    }

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
