package io.stepwise.training.spec;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoint from which a training run resumes; in JSON {@code "<run>"} or {@code "<run>/step-<N>"}.
 *
 * @param run id of the run
 * @param step optimizer step of the checkpoint, at least 1; null for the newest checkpoint
 */
public record ResumePoint(String run, @Nullable Integer step) {
    private static final String STEP = "/step-";

    @JsonCreator
    static ResumePoint parse(String text) {
        int end = text.indexOf(STEP);
        return end < 0
                ? new ResumePoint(text, null)
                : new ResumePoint(text.substring(0, end), Integer.valueOf(text.substring(end + STEP.length())));
    }

    @Override
    @JsonValue
    public String toString() {
        return step == null ? run : run + STEP + step;
    }
}
