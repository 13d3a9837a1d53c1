package io.stepwise.report;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportOptionsTest {
    @ParameterizedTest
    @CsvSource({
        "1, 20, 1.5, 0, 3, 'count 1 must be 2 … 65536'",
        "2, 0, 1.5, 0, 3, 'steps 0 must be at least 1'",
        "2, 20, -1, 0, 3, 'guidance -1.0 must be 0 … 100'",
        "2, 20, NaN, 0, 3, 'guidance NaN must be 0 … 100'",
        "2, 20, 1.5, 0, 2, 'search 2 must be at least 3'",
        "2, 20, 1.5, 1, 3, 'sweep 1 must be 0 or 2 … 65536'"
    })
    void construct_valueOutOfRange_isRefused(
            int count, int steps, double guidance, int sweep, long searched, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ReportOptions(count, 0, steps, guidance, sweep, searched))
                .withMessage(message);
    }
}
