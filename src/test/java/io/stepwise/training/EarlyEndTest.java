package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.training.run.MetricsRow;
import io.stepwise.training.spec.Metric;
import io.stepwise.training.spec.TrainingSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EarlyEndTest {
    private static final TrainingSpec SPEC =
            TinyRuns.spec(Map.of("validation", true, "early_stop", Map.of("metric", "validation_loss", "patience", 2)));

    @Test
    void of_twoMeasurementsWithoutANewLeast_endsAndSaysWhy() {
        assertThat(EarlyEnd.of(SPEC, rows(3, 2, 2.5))).isEmpty();
        EarlyEnd end = EarlyEnd.of(SPEC, rows(3, 2, 2.5, 2)).orElseThrow();
        assertThat(end).isEqualTo(new EarlyEnd(Metric.VALIDATION_LOSS, 40, 2, 2));
        assertThat(end.details())
                .containsEntry("reason", "early_stop")
                .containsEntry(
                        "message",
                        "validation_loss has not improved in 2 measurements since step 40, where it was 2.0");
    }

    @Test
    void of_newLeast_countsFromThere() {
        assertThat(EarlyEnd.of(SPEC, rows(3, 4, 2, 4))).isEmpty();
        assertThat(EarlyEnd.of(SPEC, rows(3, 4, 2, 4, 3))).isPresent();
    }

    @Test
    void of_rowsWithoutTheMetric_countNot() {
        assertThat(EarlyEnd.of(SPEC, rows(3, Double.NaN, Double.NaN, 4, Double.NaN)))
                .isEmpty();
        assertThat(EarlyEnd.of(SPEC, rows(3, Double.NaN, 4, Double.NaN, 5))).isPresent();
        assertThat(EarlyEnd.of(SPEC, List.of())).isEmpty();
    }

    @Test
    void of_noRule_never() {
        assertThat(EarlyEnd.of(TinyRuns.spec(Map.of()), rows(1, 2, 3, 4, 5))).isEmpty();
    }

    private static List<MetricsRow> rows(double... losses) {
        List<MetricsRow> rows = new ArrayList<>();
        for (double loss : losses) {
            rows.add(new MetricsRow(
                    20 * (rows.size() + 1), 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, Map.of(Metric.VALIDATION_LOSS, loss)));
        }
        return rows;
    }
}
