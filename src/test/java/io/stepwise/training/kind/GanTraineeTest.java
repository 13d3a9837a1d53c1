package io.stepwise.training.kind;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.training.run.MetricsRow;
import io.stepwise.training.spec.Metric;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GanTraineeTest {
    /** Rows up to step 1500 in which the discriminator is right about {@code accuracy} of both kinds of images. */
    private static List<MetricsRow> rows(IntToDoubleFunction accuracy) {
        return IntStream.rangeClosed(1, 75)
                .map(i -> 20 * i)
                .mapToObj(step -> new MetricsRow(
                        step,
                        1,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        Map.of(
                                Metric.ACCURACY_REAL, accuracy.applyAsDouble(step),
                                Metric.ACCURACY_MADE, accuracy.applyAsDouble(step))))
                .toList();
    }

    @Test
    void beginsToBeTooRight_forFiveHundredSteps_onceUntilItIsLessRight() {
        List<MetricsRow> always = rows(step -> .99);
        assertThat(GanTrainee.beginsToBeTooRight(500, always)).isTrue();
        assertThat(GanTrainee.beginsToBeTooRight(1000, always)).isFalse();

        List<MetricsRow> broken = rows(step -> step == 700 ? .9 : .99);
        assertThat(GanTrainee.beginsToBeTooRight(1000, broken)).isFalse();
        assertThat(GanTrainee.beginsToBeTooRight(1500, broken)).isTrue();
    }

    @Test
    void beginsToBeTooRight_oneKindAlone_isNotEnough() {
        assertThat(GanTrainee.beginsToBeTooRight(500, rows(step -> .98))).isFalse();
        assertThat(GanTrainee.beginsToBeTooRight(500, rows(step -> step > 20 ? .99 : .5)))
                .isFalse();
    }
}
