package io.stepwise.training;

import io.stepwise.training.run.MetricsRow;
import io.stepwise.training.spec.EarlyStop;
import io.stepwise.training.spec.Metric;
import io.stepwise.training.spec.TrainingSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Why a run ends before its last step. It is a pure function of the specification and the rows of metrics, so that a
 * resumed run decides as an uninterrupted one.
 *
 * @param metric that no longer improves
 * @param bestStep the step of its least value
 * @param best its least value
 * @param patience number of later measurements
 */
record EarlyEnd(Metric metric, int bestStep, double best, int patience) {

    /**
     * The reason to end after the last row, if there is one.
     *
     * @param rows all so far
     */
    static Optional<EarlyEnd> of(TrainingSpec spec, List<MetricsRow> rows) {
        EarlyStop rule = spec.earlyStop();
        if (rule == null) {
            return Optional.empty();
        }
        double best = Double.POSITIVE_INFINITY;
        int bestStep = 0;
        int since = 0;
        for (MetricsRow row : rows) {
            double value = row.measured(rule.metric());
            if (value < best) {
                best = value;
                bestStep = row.step();
                since = 0;
            } else if (!Double.isNaN(value)) {
                since++;
            }
        }
        return since < rule.patience()
                ? Optional.empty()
                : Optional.of(new EarlyEnd(rule.metric(), bestStep, best, since));
    }

    Map<String, String> details() {
        String message = metric.wireName() + " has not improved in " + patience + " measurements since step " + bestStep
                + ", where it was " + best;
        return Map.of("reason", "early_stop", "message", message);
    }
}
