package io.stepwise.training.run;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The state of a run and its wanted state, as the result of its events so far. Every event carries the status after it,
 * so that the last line of {@code events.jsonl} has the current status.
 *
 * @param wanted {@link RunState#RUNNING}, {@link RunState#PAUSED} or {@link RunState#CANCELLED}; null for a run without
 *     a supervisor, such as one at a terminal
 * @param crashes number of its processes that have died in a row without a new checkpoint
 */
public record RunStatus(RunState state, @Nullable RunState wanted, int crashes) {
    public RunStatus {
        if (wanted != null
                && !Set.of(RunState.RUNNING, RunState.PAUSED, RunState.CANCELLED)
                        .contains(wanted)) {
            throw new IllegalArgumentException("wanted " + wanted + " must be running, paused or cancelled");
        }
        if (crashes < 0) {
            throw new IllegalArgumentException("crashes " + crashes + " must be 0 or more");
        }
    }

    /** Whether a supervisor has something to do for it. */
    public boolean isPending() {
        return state == RunState.QUEUED || state == RunState.RUNNING;
    }

    /**
     * The status after an event.
     *
     * @param last the status before it; null for the first event
     * @param moreSteps whether the event brings steps that the run has not done
     * @throws WrongStateException when the event requests something that the state forbids
     */
    static RunStatus after(@Nullable RunStatus last, RunEvent.Type type, boolean moreSteps) {
        RunStatus before = last == null ? new RunStatus(RunState.RUNNING, null, 0) : last;
        return switch (type) {
            case QUEUED -> new RunStatus(RunState.QUEUED, RunState.RUNNING, 0);
            case STARTED, RESUMED -> before.in(RunState.RUNNING);
            case WAITING, WARNING, SAMPLE, PUBLISHED -> before;
            case CHECKPOINT -> new RunStatus(before.state, before.wanted, 0);
            case PAUSE_ASKED -> before.asked("pause", RunState.PAUSED, Set.of(RunState.QUEUED, RunState.RUNNING));
            case RESUME_ASKED -> before.resumed(moreSteps);
            case CANCEL_ASKED ->
                before.asked("cancel", RunState.CANCELLED, Set.of(RunState.QUEUED, RunState.RUNNING, RunState.PAUSED));
            case PAUSED -> before.stopped();
            case CRASHED -> new RunStatus(before.stopped().state, before.wanted, before.crashes + 1);
            case BLOCKED -> new RunStatus(RunState.PAUSED, before.wanted == null ? null : RunState.PAUSED, 0);
            case FINISHED -> before.in(RunState.SUCCEEDED);
            case CANCELLED -> before.in(RunState.CANCELLED);
            case FAILED -> before.in(RunState.FAILED);
        };
    }

    private RunStatus in(RunState next) {
        return new RunStatus(next, wanted, crashes);
    }

    /** The process has ended: the run takes its wanted state; one that shall run waits for another process. */
    private RunStatus stopped() {
        if (wanted == RunState.RUNNING) {
            return in(RunState.QUEUED);
        }
        return in(wanted == null ? RunState.PAUSED : wanted);
    }

    private RunStatus asked(String action, RunState target, Set<RunState> from) {
        if (!from.contains(state) || wanted == target || wanted == RunState.CANCELLED) {
            throw new WrongStateException(action, this);
        }
        return new RunStatus(state == RunState.RUNNING ? state : target, target, crashes);
    }

    private RunStatus resumed(boolean moreSteps) {
        boolean over = state == RunState.SUCCEEDED && !moreSteps;
        if (over || state == RunState.QUEUED || state == RunState.RUNNING || state == RunState.CANCELLED) {
            throw new WrongStateException("resume", this);
        }
        return new RunStatus(RunState.QUEUED, RunState.RUNNING, 0);
    }

    @Override
    public String toString() {
        return state != RunState.RUNNING || wanted == null || wanted == RunState.RUNNING
                ? state.wireName()
                : state.wireName() + ", about to be " + wanted.wireName();
    }
}
