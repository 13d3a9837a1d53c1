package io.stepwise.jobs;

import io.stepwise.schema.InvalidMessageException;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.util.List;

/** Checks whether this machine can fulfil a specification, before a job is made. */
public interface JobCheck {
    /**
     * Checks everything that can be known before training: the data set, the network, the checkpoint to resume from,
     * and the memory.
     *
     * @return warnings for people; they do not keep the job from starting
     * @throws InvalidMessageException naming every field that cannot be fulfilled
     */
    List<String> check(TrainingSpec spec) throws IOException;
}
