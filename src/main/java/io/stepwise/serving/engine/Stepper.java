package io.stepwise.serving.engine;

import io.stepwise.sampling.Row;
import java.util.List;

/**
 * Takes rows of one model further.
 *
 * <p>One engine's thread uses it.
 */
public interface Stepper extends AutoCloseable {
    /** Takes every row one step further. A failure leaves all of them where they were. */
    void step(List<Row> rows);

    /** What has become of a row, {@code [C,H,W]}, in about [-1,1] once it is done. */
    float[] state(Row row);

    /** What a row's image is taken to be by now, {@code [C,H,W]} in about [-1,1]; its trajectory says so. */
    float[] estimate(Row row);

    /** Frees what is its own; rows live on. */
    @Override
    void close();
}
