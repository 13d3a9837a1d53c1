package io.stepwise.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.stepwise.bench.Distribution;
import io.stepwise.bench.load.PlayedArrival.Outcome;
import io.stepwise.diffusion.sampler.SamplerName;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SystemLoadTest {
    private static final Offset<Double> EXACT = within(1e-12);

    /** One image 10 ms a step, four 30 ms. */
    private static final SoloLatency SOLO =
            new SoloLatency(Map.of(new SoloLatency.Kind(1, false), 0.01, new SoloLatency.Kind(4, false), 0.03));

    private static PlayedArrival played(int n, int steps, Outcome outcome, long millis) {
        Arrival arrival = new Arrival(Duration.ZERO, n, steps, SamplerName.DDIM, 0, null, 1, 5, null);
        return new PlayedArrival(arrival, outcome, Duration.ofMillis(millis));
    }

    private static Playback playback(long windowMillis, long elapsedMillis, PlayedArrival... played) {
        return new Playback(
                Duration.ofMillis(windowMillis),
                Duration.ofMillis(elapsedMillis),
                Distribution.of(0.001, 0.002),
                List.of(played));
    }

    private static SystemLoad load(String system, double load, Playback... parts) {
        return SystemLoad.of(system, load, List.of(parts), SOLO, 3);
    }

    private static final Playback FIRST = playback(
            2000,
            3000,
            played(1, 10, Outcome.COMPLETED, 200),
            played(1, 10, Outcome.COMPLETED, 400),
            played(4, 20, Outcome.COMPLETED, 600));
    private static final Playback SECOND = playback(
            2000,
            2000,
            played(1, 10, Outcome.REFUSED, 1),
            played(1, 20, Outcome.LATE, 2000),
            played(1, 20, Outcome.FAILED, 5));

    @Test
    void of_parts_countsOutcomesOverBoth() {
        SystemLoad result = load("x", 0.5, FIRST, SECOND);

        assertThat(result.requests()).isEqualTo(6);
        assertThat(result.refused()).isEqualTo(1);
        assertThat(result.late()).isEqualTo(1);
        assertThat(result.failed()).isEqualTo(1);
        assertThat(result.lagP99Ms()).isCloseTo(2, EXACT);
    }

    @Test
    void of_parts_ratesAreOverTheirTimes() {
        SystemLoad result = load("x", 0.5, FIRST, SECOND);

        assertThat(result.imagesPerS()).isCloseTo(6 / 5.0, EXACT);
        assertThat(result.rowStepsPerS()).isCloseTo(100 / 5.0, EXACT);
        assertThat(result.goodputPerS()).isCloseTo(2 / 4.0, EXACT); // stretches 2 and 1; 4 is too much
    }

    @Test
    void of_latencies_countAnswersAndWhatWasGivenUp() {
        SystemLoad.Latency latency = load("x", 0.5, FIRST, SECOND).latency();

        assertThat(latency.p50Ms()).isCloseTo(400, EXACT);
        assertThat(latency.p99Ms()).isCloseTo(2000, EXACT);
        assertThat(latency.meanStretch()).isCloseTo((2 + 4 + 1 + 10) / 4.0, EXACT);
    }

    @Test
    void of_classes_areBySteps() {
        List<SystemLoad.StepClass> classes = load("x", 0.5, FIRST, SECOND).classes();

        assertThat(classes).extracting(SystemLoad.StepClass::steps).containsExactly(10, 20);
        assertThat(classes).extracting(SystemLoad.StepClass::requests).containsExactly(3, 3);
        assertThat(classes).extracting(SystemLoad.StepClass::good).containsExactly(1, 1);
    }

    @Test
    void seconds_ofAKindThatWasNotMeasured_isRefused() {
        assertThatThrownBy(() -> SOLO.stretch(played(2, 10, Outcome.COMPLETED, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("n=2");
    }

    @Test
    void mixed_ratios_compareTheBestOfEach() {
        MixedFinding finding = mixed();

        assertThat(finding.headlines()).containsEntry("goodput_ratio", 2.0);
        assertThat(finding.ratioByLoad()).containsEntry("0.5", 2.0).containsEntry("1.0", Double.NaN);
        assertThat(finding.plot().width()).isPositive();
        assertThat(finding.text()).contains("2.00 times request-level", "no-batching");
    }

    @Test
    void json_ofAReport_isOneDocumentWithoutNaN() throws IOException {
        LoadReport report = new LoadReport(Map.of("cpus", 2), List.of(mixed()));

        JsonNode json = new JsonMapper().readTree(report.json());

        assertThat(json.path("cpus").intValue()).isEqualTo(2);
        assertThat(json.path("goodput_ratio").doubleValue()).isEqualTo(2);
        JsonNode mixed = json.path("mixed");
        assertThat(mixed.path("goodput_ratio_by_load").path("1.0").isNull()).isTrue();
        assertThat(mixed.path("results")).hasSize(6);
        assertThat(mixed.path("results").path(0).path("latency").path("p50_ms").doubleValue())
                .isEqualTo(400);
        assertThat(report.json()).doesNotContain("NaN");
        assertThat(report.plot()).isPresent();
    }

    private static MixedFinding mixed() {
        Playback half = playback(4000, 4000, played(1, 10, Outcome.COMPLETED, 200));
        Playback none = playback(2000, 2000, played(1, 10, Outcome.REFUSED, 1));
        return new MixedFinding(
                3,
                List.of(
                        load("step-level", 0.5, FIRST, SECOND),
                        load("request-level", 0.5, half),
                        load("no-batching", 0.5, half),
                        load("step-level", 1, none),
                        load("request-level", 1, none),
                        load("no-batching", 1, none)));
    }
}
