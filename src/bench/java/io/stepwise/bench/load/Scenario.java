package io.stepwise.bench.load;

import java.util.Locale;

/** The scenarios of the benchmark. */
public enum Scenario {
    /** A deep backlog of equal requests compared with the raw loop. */
    SATURATED,
    /** One request on an idle service compared with the raw loop. */
    LONE,
    /** Short requests while long requests are always running. */
    BESIDE,
    /** Mixed requests at several loads. */
    MIXED,
    /** Requests while a training job runs on the same processors. */
    TRAINING,
    /** Requests for three times the capacity. */
    OVERLOAD,
    /** The overhead of HTTP on a server whose engines compute nothing. */
    HTTP;

    /** The name in command lines and reports, for example {@code mixed}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
