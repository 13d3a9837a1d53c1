package io.stepwise.training.run;

import io.stepwise.schema.InvalidMessageException;
import io.stepwise.training.spec.LearningRate;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.TrainingSpecJson;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets a run that has stopped go on up to another number of steps, even if it has done all it was asked for. Nothing
 * else changes: its weights, moments, averages and the order of its images are those of its newest checkpoint. With a
 * constant learning rate it ends with the same bits as a run that had that number of steps from the beginning. A run that
 * {@code early_stop} has ended goes on without it.
 */
public final class MoreSteps {
    private MoreSteps() {}

    /**
     * Asks a supervisor to go on. The new number is in {@code job.json} before anyone can see the request. A repeated
     * request changes nothing.
     *
     * @throws InvalidMessageException when {@code steps} is not above the steps done
     * @throws WrongStateException when the run waits for a process, is trained, or was cancelled
     */
    public static void ask(RunFolder run, int steps, Instant now) throws IOException {
        RunEvent last = run.eventLog().last().orElse(null);
        boolean asked = run.spec().steps() == steps
                && last != null
                && last.status().wanted() == RunState.RUNNING
                && (last.status().isPending() || last.status().state() == RunState.SUCCEEDED);
        if (asked) {
            return;
        }
        TrainingSpec before = run.spec();
        TrainingSpec longer = changed(run, before, steps);
        int step = last == null ? 0 : last.step();
        run.eventLog()
                .append(now, RunEvent.Type.RESUME_ASKED, step, Map.of("steps", steps), () -> run.writeSpec(longer));
        Optional<String> warning = learningRate(before, longer, step);
        if (warning.isPresent()) {
            run.append(now, RunEvent.Type.WARNING, step, Map.of("message", warning.get()));
        }
    }

    /**
     * Sets the number for a run that no supervisor looks after; call it under the run's lock or before training.
     *
     * @return a warning for people, if there is one
     * @throws InvalidMessageException when {@code steps} is not above the steps done
     */
    public static Optional<String> set(RunFolder run, int steps) throws IOException {
        TrainingSpec before = run.spec();
        TrainingSpec longer = changed(run, before, steps);
        run.writeSpec(longer);
        return learningRate(before, longer, run.newestCheckpoint().orElse(0));
    }

    private static TrainingSpec changed(RunFolder run, TrainingSpec before, int steps) throws IOException {
        int done = run.newestCheckpoint().orElse(0);
        if (steps <= done) {
            throw new InvalidMessageException("/steps", steps, "more than " + done + ", the steps done");
        }
        Map<String, @Nullable Object> changes = new HashMap<>(Map.of("steps", steps));
        boolean over = run.eventLog()
                .last()
                .filter(last -> last.status().state() == RunState.SUCCEEDED)
                .isPresent();
        if (over && done < before.steps()) {
            changes.put("early_stop", null); // it would end the run again at once
        }
        return TrainingSpecJson.with(before, changes);
    }

    private static Optional<String> learningRate(TrainingSpec before, TrainingSpec longer, int step) {
        LearningRate was = before.learningRateSchedule();
        LearningRate is = longer.learningRateSchedule();
        return was.at(step + 1) == is.at(step + 1)
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "the learning rate follows a cosine over %d steps from now on: %.3g at step %d, %.3g before",
                        longer.steps(),
                        is.at(step + 1),
                        step + 1,
                        was.at(Math.max(1, step))));
    }
}
