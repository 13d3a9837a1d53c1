package io.stepwise.serving;

import io.stepwise.model.Network;
import io.stepwise.sampling.Row;
import io.stepwise.serving.engine.EngineModel;
import io.stepwise.serving.engine.StepTimes;
import io.stepwise.serving.engine.Stepper;
import io.stepwise.serving.versions.ServedModel;
import java.util.List;

/**
 * A model whose steps compute nothing and take no time.
 *
 * @param values number of values in an image
 * @param times step times: one nanosecond
 */
record IdleModel(int values, StepTimes times) implements EngineModel, Stepper {
    private static final int MOST_ROWS = 1024;

    /** Creates a model whose images have the same size as those of {@code model}. */
    static IdleModel of(ServedModel model) {
        Network net = model.network(0).net();
        return new IdleModel(
                net.channels() * net.height() * net.width(), new StepTimes(new int[] {MOST_ROWS}, new double[] {1}));
    }

    @Override
    public void prepare(Row row) {
        // nothing to prepare
    }

    @Override
    public Stepper stepper(int engine) {
        return this;
    }

    @Override
    public void rebuild(int engine) {
        // nothing to rebuild
    }

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
        // nothing to close
    }
}
