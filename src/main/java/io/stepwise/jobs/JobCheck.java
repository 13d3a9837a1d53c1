package io.stepwise.jobs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    /**
     * What a job would take.
     *
     * @param images to train on
     * @param classes of the data set; 0 for none
     * @param parameters that are trained
     * @param memory of its process, in bytes, at most
     * @param pace null if it is not known
     */
    record Estimate(Checked checked, long images, int classes, long parameters, long memory, @Nullable Pace pace) {}

    /**
     * How fast it would train.
     *
     * @param run the earlier run by which that is judged
     * @param seconds of all its steps
     */
    record Pace(String run, double imagesPerSecond, double seconds) {}

    /** The same check; says what the job would take. */
    Estimate estimate(ObjectNode fields, boolean mayServe) throws IOException;
}
