package io.stepwise.training.spec;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoint that training goes on from; in JSON {@code "<run>"} or {@code "<run>/step-<N>"}.
 *
 * @param run the run's id
 * @param step the optimizer step of the checkpoint, at least 1; null for the newest one
 */
public record ResumePoint(String run, @Nullable Integer step) {
    private static final Pattern TEXT = Pattern.compile("(?<run>[^/]+)(/step-(?<step>[0-9]{1,9}))?");

    public ResumePoint {
        FieldChecks checks = new FieldChecks().name("", run);
        if (step != null) {
            checks.range("", step, 1, TrainingSpec.MAX_STEPS);
        }
        checks.orThrow();
    }

    /**
     * Reads {@code "<run>"} or {@code "<run>/step-<N>"}.
     *
     * @throws InvalidSpecException if {@code text} has neither of the two forms
     */
    public static ResumePoint parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        new FieldChecks()
                .that("", text, matcher.matches(), "\"<run>\" or \"<run>/step-<N>\"")
                .orThrow();
        String step = matcher.group("step");
        return new ResumePoint(matcher.group("run"), step == null ? null : Integer.valueOf(step));
    }

    @Override
    public String toString() {
        return step == null ? run : run + "/step-" + step;
    }
}
