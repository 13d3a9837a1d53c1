package io.stepwise.serving.engine;

import io.stepwise.image.Pixels;
import io.stepwise.serving.GenerationService;
import io.stepwise.serving.request.GeneratedImage;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.GenerationRequest;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Phaser;
import java.util.function.BiFunction;

/**
 * So many requests at any time: whenever one is answered the next is asked for. Every image is compared with what its
 * version makes alone.
 */
public final class ClosedLoad implements AutoCloseable {
    private final GenerationService service;
    private final List<GenerationRequest> kinds;
    private final BiFunction<Integer, Integer, List<Pixels>> alone;
    private final Random random;
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final Phaser open = new Phaser(1);
    private volatile boolean over;

    /** One that came, and how long it took, in nanoseconds. */
    public record Answer(long at, long took, int version) {}

    /**
     * @param alone what a version makes of a kind, by their numbers
     * @param atOnce requests on their way
     */
    public ClosedLoad(
            GenerationService service,
            List<GenerationRequest> kinds,
            BiFunction<Integer, Integer, List<Pixels>> alone,
            int atOnce,
            long seed) {
        this.service = service;
        this.kinds = kinds;
        this.alone = alone;
        this.random = new Random(seed);
        for (int i = 0; i < atOnce; i++) {
            ask();
        }
    }

    private void ask() {
        int kind;
        synchronized (random) {
            kind = random.nextInt(kinds.size());
        }
        open.register();
        long start = System.nanoTime();
        service.submit(kinds.get(kind)).whenComplete((generation, failure) -> {
            long now = System.nanoTime();
            if (failure != null) {
                faults.add("failed: " + failure);
            } else {
                answers.add(new Answer(now, now - start, generation.version()));
                compare(kind, generation);
            }
            if (!over && faults.size() < 10) {
                ask();
            }
            open.arriveAndDeregister();
        });
    }

    private void compare(int kind, Generation generation) {
        List<Pixels> made =
                generation.images().stream().map(GeneratedImage::pixels).toList();
        if (!made.equals(alone.apply(generation.version(), kind))) {
            faults.add("version " + generation.version() + " made other images of kind " + kind + " than alone");
        }
    }

    /** Those that have come since the last call. */
    public List<Answer> take() {
        List<Answer> taken = new java.util.ArrayList<>();
        for (Answer answer = answers.poll(); answer != null; answer = answers.poll()) {
            taken.add(answer);
        }
        return taken;
    }

    /** What went wrong. */
    public List<String> faults() {
        return List.copyOf(faults);
    }

    /** Waits for what is on its way. */
    @Override
    public void close() {
        over = true;
        open.arriveAndAwaitAdvance();
    }
}
