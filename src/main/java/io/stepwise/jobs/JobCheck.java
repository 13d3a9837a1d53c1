package io.stepwise.jobs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.util.List;

/** Reads a specification and checks whether this machine can fulfil it, before a job is made. */
public interface JobCheck {
    /**
     * A specification that can be fulfilled.
     *
     * @param warnings for people; they do not keep the job from starting
     */
    record Checked(TrainingSpec spec, List<String> warnings) {
        public Checked {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * Checks everything that can be known before training: the fields, the data set, the network, the version or the
     * checkpoint to start from, and the memory.
     *
     * @param mayServe whether the client may choose the version that a model serves
     * @throws InvalidMessageException naming every field that cannot be fulfilled
     */
    Checked check(ObjectNode fields, boolean mayServe) throws IOException;
}
