package io.stepwise.training.run;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a run stands and where it shall go: what its events so far amount to. Every event carries the status after it,
 * so that the last line of {@code events.jsonl} says all.
 *
 * @param state where it stands
 * @param wanted where it shall go: {@link RunState#RUNNING}, {@link RunState#PAUSED} or {@link RunState#CANCELLED};
 *     null for a run that no supervisor looks after, such as one at a terminal
 * @param crashes how many of its processes have died in a row without a checkpoint in between
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

    /** Whether a supervisor is to do something about it. */
    public boolean isPending() {
        return state == RunState.QUEUED || state == RunState.RUNNING;
    }

    /**
     * The status after an event.
     *
     * @param last before it; null for the first event
     * @throws WrongStateException when somebody asks for what the state forbids
     */
    static RunStatus after(@Nullable RunStatus last, RunEvent.Type type) {
        RunStatus before = last == null ? new RunStatus(RunState.RUNNING, null, 0) : last;
        return switch (type) {
            case QUEUED -> new RunStatus(RunState.QUEUED, RunState.RUNNING, 0);
            case STARTED, RESUMED -> before.in(RunState.RUNNING);
            case WAITING, WARNING, SAMPLE, PUBLISHED -> before;
            case CHECKPOINT -> new RunStatus(before.state, before.wanted, 0);
            case PAUSE_ASKED -> before.asked("pause", RunState.PAUSED, Set.of(RunState.QUEUED, RunState.RUNNING));
            case RESUME_ASKED -> before.resumed();
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

    /** Its process is gone: it goes where it was wanted; one that shall run waits for another process. */
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

    private RunStatus resumed() {
        if (state != RunState.PAUSED && state != RunState.FAILED) {
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
