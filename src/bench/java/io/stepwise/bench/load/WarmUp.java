package io.stepwise.bench.load;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Sends short requests until the JVM has compiled the code they run. Its compiler uses several percent of two cores in
 * the first minute, which does not matter for a service that runs for days.
 */
final class WarmUp {
    /** The length of a measurement of the compiler's time. */
    private static final Duration WINDOW = Duration.ofSeconds(4);

    private static final Duration MOST = Duration.ofMinutes(2);

    /** The largest share of all processors' time that the compiler may still use. */
    private static final double QUIET = .005;

    /** Few steps, so that every part of a request runs often. */
    private static final int MOST_STEPS = 4;

    private WarmUp() {}

    /** Keeps the product of {@code bed} busy until the compiler is quiet or the time is over. */
    static void run(Testbed bed) throws InterruptedException {
        try (ClosedLoop requests =
                bed.backlog(bed.product(), number -> bed.plain(1 + (int) (number % MOST_STEPS), number))) {
            long start = System.nanoTime();
            double spent;
            do {
                double before = compileMillis();
                Thread.sleep(WINDOW.toMillis());
                spent = compileMillis() - before;
            } while (spent > QUIET * WINDOW.toMillis() * Runtime.getRuntime().availableProcessors()
                    && System.nanoTime() - start < MOST.toNanos());
        }
    }

    private static double compileMillis() {
        @Nullable CompilationMXBean compiler = ManagementFactory.getCompilationMXBean(); // null in a JVM without one
        return compiler != null && compiler.isCompilationTimeMonitoringSupported()
                ? compiler.getTotalCompilationTime()
                : 0;
    }
}
