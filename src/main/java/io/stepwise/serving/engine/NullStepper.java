package io.stepwise.serving.engine;

import io.stepwise.sampling.Row;
import java.util.List;

/**
 * Steps that compute nothing: what is left is the service itself, to be measured.
 *
 * @param values numbers of an image
 */
public record NullStepper(int values) implements Stepper {
    @Override
    public void step(List<Row> rows) {
        rows.forEach(Row::skip);
    }

    @Override
    public float[] state(Row row) {
        return new float[values];
    }

    @Override
    public float[] estimate(Row row) {
        return new float[values];
    }

    @Override
    public void close() {
        // holds nothing
    }
}
