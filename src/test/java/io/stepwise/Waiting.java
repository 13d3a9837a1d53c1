package io.stepwise;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.awaitility.pollinterval.IterativePollInterval;

/** How tests wait for what other threads and processes do. */
public final class Waiting {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Duration SELDOM = Duration.ofMillis(50);

    private Waiting() {}

    /**
     * Returns as soon as {@code condition} holds, which the calling thread asks for again and again.
     *
     * @param what it is waited for, for the message of the failure after four minutes
     */
    public static void await(String what, Callable<Boolean> condition) {
        waiting(what).until(condition);
    }

    /** The same with another limit, or for a value. */
    public static ConditionFactory waiting(String what) {
        return Awaitility.await(what)
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(new IterativePollInterval(Waiting::longer, Duration.ofMillis(1)))
                .atMost(LIMIT);
    }

    private static Duration longer(Duration interval) {
        Duration twice = interval.multipliedBy(2);
        return twice.compareTo(SELDOM) < 0 ? twice : SELDOM;
    }
}
