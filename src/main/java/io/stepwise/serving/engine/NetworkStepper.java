package io.stepwise.serving.engine;

import io.stepwise.sampling.Row;
import io.stepwise.sampling.StepLoop;
import java.util.List;

/** The network of a model, as one engine calls it. Closing closes the loop. */
public record NetworkStepper(StepLoop loop, int engine) implements Stepper {
    @Override
    public void step(List<Row> rows) {
        loop.step(rows, engine);
    }

    @Override
    public float[] state(Row row) {
        return loop.state(row);
    }

    @Override
    public float[] estimate(Row row) {
        return loop.estimate(row);
    }

    @Override
    public void close() {
        loop.close();
    }
}
