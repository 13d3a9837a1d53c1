package io.stepwise.bench.load;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LoadBenchOptionsTest {
    private static LoadBenchOptions options(Set<Scenario> scenarios, double seconds, List<Double> loads, URI http) {
        return new LoadBenchOptions(scenarios, seconds, 0, loads, 3, new Workers(2, 1), 64, null, null, http);
    }

    @Test
    void options_thatMakeSense_areTaken() {
        assertThatCode(() -> options(LoadBenchOptions.DEFAULT_SCENARIOS, 300, List.of(0.5), null))
                .doesNotThrowAnyException();
        assertThatCode(() -> options(Set.of(Scenario.HTTP), 1, List.of(0.5), URI.create("http://localhost:8080")))
                .doesNotThrowAnyException();
    }

    @Test
    void options_outOfRange_areRefusedByName() {
        assertThatThrownBy(() -> options(EnumSet.noneOf(Scenario.class), 1, List.of(1.0), null))
                .hasMessageContaining("scenarios");
        assertThatThrownBy(() -> options(Set.of(Scenario.LONE), 0, List.of(1.0), null))
                .hasMessageContaining("seconds 0.0");
        assertThatThrownBy(() -> options(Set.of(Scenario.LONE), 1, List.of(0.0), null))
                .hasMessageContaining("loads [0.0]");
        assertThatThrownBy(() -> options(Set.of(Scenario.HTTP), 1, List.of(1.0), URI.create("localhost:8080")))
                .hasMessageContaining("http localhost:8080");
        assertThatThrownBy(() -> new Workers(0, 1)).hasMessageContaining("engines 0");
    }
}
