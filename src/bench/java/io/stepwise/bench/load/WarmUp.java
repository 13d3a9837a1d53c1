package io.stepwise.bench.load;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Short requests until the JVM has compiled the code they run: its compiler takes several percent of two cores in the
 * first minute, which a service that runs for days does not know.
 */
final class WarmUp {
    /** How long the compiler is watched at a time. */
    private static final Duration WINDOW = Duration.ofSeconds(4);

    private static final Duration MOST = Duration.ofMinutes(2);

    /** Share of all processors' time that the compiler may still take. */
    private static final double QUIET = .005;

    /** So few steps that every part of a request is run often. */
    private static final int MOST_STEPS = 4;

    private WarmUp() {}

    /** Keeps {@code bed}'s product busy until the compiler is quiet, or time is up. */
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
