package io.stepwise.serving.engine;

import io.stepwise.sampling.Row;

/** A version of a model as the engines see it. */
public interface EngineModel {
    /** How long its steps take. */
    StepTimes times();

    /** Has work done ahead that the row's next step needs; it costs the caller next to nothing. */
    void prepare(Row row);

    /** What takes its rows further on engine number {@code engine}, from 0. */
    Stepper stepper(int engine);

    /** Makes {@link #stepper} of that engine anew, after it failed; called by that engine's thread. */
    void rebuild(int engine);
}
