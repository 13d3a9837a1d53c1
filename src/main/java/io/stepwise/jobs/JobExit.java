package io.stepwise.jobs;

import java.util.Locale;
import java.util.Map;

/**
 * How a training process ended, by its exit code.
 *
 * @param code 0 … 255; 128 + n if signal n ended it
 */
public record JobExit(int code) {
    /** The run is over, or stopped on request; its events say which. */
    public static final JobExit DONE = new JobExit(0);

    /** The run cannot go on; its events give the reason. */
    public static final JobExit FAILED = new JobExit(1);

    /** A folder cannot be written or read: full, read-only, or gone. */
    public static final JobExit STORAGE = new JobExit(74);

    public static final JobExit BUSY = new JobExit(75);

    public static final JobExit MEMORY = new JobExit(71);

    private static final Map<Integer, String> SIGNALS =
            Map.of(1, "SIGHUP", 2, "SIGINT", 6, "SIGABRT", 9, "SIGKILL", 11, "SIGSEGV", 15, "SIGTERM");

    /** Whether the process ended by itself or on request. */
    boolean isPeaceful() {
        return equals(DONE) || code == 128 + 15;
    }

    public String words() {
        if (equals(MEMORY)) {
            return "not enough memory";
        }
        if (code > 128) {
            String signal = SIGNALS.getOrDefault(code - 128, "signal " + (code - 128));
            return "ended by " + signal + (code == 137 ? ", as when memory runs out" : "");
        }
        return String.format(Locale.ROOT, "exit code %d", code);
    }
}
