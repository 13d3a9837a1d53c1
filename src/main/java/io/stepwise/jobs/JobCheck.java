package io.stepwise.jobs;

import io.stepwise.training.spec.InvalidSpecException;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.util.List;

/** Says of a specification whether it can be fulfilled here, before there is a job. */
public interface JobCheck {
    /**
     * Looks at everything that can be known before training: the data set, the network, the checkpoint to go on from,
     * the memory.
     *
     * @return sentences for a person, perhaps none: none of them keeps the job from starting
     * @throws InvalidSpecException naming every field that can't be fulfilled
     */
    List<String> check(TrainingSpec spec) throws IOException;
}
