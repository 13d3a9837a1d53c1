package io.stepwise.jobs;

import io.stepwise.training.InvalidSpecException;
import io.stepwise.training.TrainingSpec;
import java.io.IOException;

/** Says of a specification whether it can be fulfilled here, before there is a job. */
public interface JobCheck {
    /**
     * Looks at everything that can be known before training: the data set, the network, the checkpoint to go on from,
     * the memory.
     *
     * @throws InvalidSpecException naming every field that can't be fulfilled
     */
    void check(TrainingSpec spec) throws IOException;
}
