package io.stepwise.bench.load;

import java.util.Locale;

/** What the benchmark can measure. */
public enum Scenario {
    /** A deep backlog of equal requests beside the raw loop. */
    SATURATED,
    /** One request on an idle service beside the raw loop. */
    LONE,
    /** Short requests while long ones are always running. */
    BESIDE,
    /** Mixed requests at several loads. */
    MIXED,
    /** Requests while a job trains on the same processors. */
    TRAINING,
    /** Three times the capacity. */
    OVERLOAD,
    /** What HTTP adds, on a server whose engines compute nothing. */
    HTTP;

    /** For command lines and reports, such as {@code mixed}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
