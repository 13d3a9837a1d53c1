package io.stepwise.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Records the memory use of this process every second until it is closed. */
final class MemorySampler implements AutoCloseable {
    private static final Path STATUS = Path.of("/proc/self/status");

    private final List<Sample> samples = new ArrayList<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "memory-sampler");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Memory use at one time, in MiB.
     *
     * @param heapMb objects on the Java heap, including garbage
     * @param rssMb resident memory of the process; NaN if the system does not report it
     */
    record Sample(double heapMb, double rssMb) {
        static Sample now() {
            Runtime runtime = Runtime.getRuntime();
            return new Sample((runtime.totalMemory() - runtime.freeMemory()) / (double) (1 << 20), residentMb());
        }

        private static double residentMb() {
            if (!Files.exists(STATUS)) {
                return Double.NaN;
            }
            try {
                return Files.readAllLines(STATUS).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToDouble(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0)
                        .findFirst()
                        .orElse(Double.NaN);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    MemorySampler() {
        samples.add(Sample.now());
        clock.scheduleAtFixedRate(this::take, 1, 1, TimeUnit.SECONDS);
    }

    private synchronized void take() {
        samples.add(Sample.now());
    }

    /** All samples so far, at least one, in order of time. */
    synchronized List<Sample> samples() {
        return List.copyOf(samples);
    }

    @Override
    public void close() {
        clock.shutdownNow();
        take();
    }
}
