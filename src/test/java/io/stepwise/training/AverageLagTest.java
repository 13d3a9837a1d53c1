package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AverageLagTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 5, 50, 300, 20_000, 1_000_000})
    void of_defaults_isNeverLate(int steps) {
        assertThat(AverageLag.of(TinyRuns.spec(Map.of()), steps)).isEmpty();
    }

    @Test
    void of_constantDecayInAShortRun_tellsTheShareAndTheRemedies() {
        var spec = TinyRuns.spec(Map.of("ema_decay", .9999, "ema_warmup", false));
        assertThat(AverageLag.of(spec, 300))
                .hasValue(
                        "the averaged weights lag: after 300 steps, 97 % of them are older than step 30. Leave ema_warmup"
                                + " at its default, set ema_decay to at most 0.9915, or train longer (with ema_decay 0.9999, about"
                                + " 25583 steps)");
        assertThat(AverageLag.of(spec, 25_000)).isPresent();
        assertThat(AverageLag.of(spec, 26_000)).isEmpty();
        assertThat(AverageLag.of(TinyRuns.spec(Map.of("ema_decay", .9915, "ema_warmup", false)), 300))
                .isEmpty();
    }

    @Test
    void of_noAveraging_isNeverLate() {
        assertThat(AverageLag.of(TinyRuns.spec(Map.of("ema_decay", 0, "ema_warmup", false)), 1))
                .isEmpty();
    }
}
