package io.stepwise.training.spec;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoint that training goes on from; in JSON {@code "<run>"} or {@code "<run>/step-<N>"}.
 *
 * @param run the run's id
 * @param step the optimizer step of the checkpoint, at least 1; null for the newest one
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
