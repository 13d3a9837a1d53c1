package io.stepwise.bench.load;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Short requests until the JVM has compiled the code they run: its compiler takes several percent of two cores in the
 * first minute, which a service that runs for days does not know.
 *
 * @param window how long it is watched at a time
 * @param most how long it takes at most
 */
record WarmUp(Duration window, Duration most) {
    /** Share of all processors' time that the compiler may still take. */
    private static final double QUIET = .005;

    /** So few steps that every part of a request is run often. */
    private static final int MOST_STEPS = 4;

    WarmUp() {
        this(Duration.ofSeconds(4), Duration.ofMinutes(2));
    }

    /** Keeps {@code bed}'s product busy until the compiler is quiet, or time is up. */
    void run(Testbed bed) throws InterruptedException {
        try (ClosedLoop requests =
                bed.backlog(bed.product(), number -> bed.plain(1 + (int) (number % MOST_STEPS), number))) {
            long start = System.nanoTime();
            double spent;
            do {
                double before = compileMillis();
                Thread.sleep(window.toMillis());
                spent = compileMillis() - before;
            } while (spent > QUIET * window.toMillis() * Runtime.getRuntime().availableProcessors()
                    && System.nanoTime() - start < most.toNanos());
        }
    }

    private static double compileMillis() {
        @Nullable CompilationMXBean compiler = ManagementFactory.getCompilationMXBean(); // null in a JVM without one
        return compiler != null && compiler.isCompilationTimeMonitoringSupported()
                ? compiler.getTotalCompilationTime()
                : 0;
    }
}
