package io.stepwise.serving;

import io.stepwise.serving.request.GeneratedImage;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.GenerationListener;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.Generator;
import io.stepwise.serving.request.QueuePlace;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A generation that may outlive the request that started it, and that several clients may follow. Thread-safe.
 *
 * <p>INVARIANT: followers receive nothing after {@link #result} is completed.
 */
public final class OngoingGeneration {
    private final String id;
    private final GenerationRequest request;
    private final Instant created;
    private final int previewEvery;
    private final List<GenerationListener> followers = new CopyOnWriteArrayList<>();
    private final CompletableFuture<@Nullable Void> acceptance = new CompletableFuture<>();
    private final CompletableFuture<Generation> result = new CompletableFuture<>();
    private volatile Progress progress = new Progress(0, 0);
    private volatile @Nullable Supplier<QueuePlace> place;
    private volatile @Nullable Instant ended;
    private volatile @Nullable CompletableFuture<Generation> work;

    /** The state of a generation. */
    public enum State {
        /** No step has been taken. */
        QUEUED,
        /** Some steps have been taken. */
        RUNNING,
        /** The images are there. */
        SUCCEEDED,
        /** There will be no images. */
        FAILED,
        /** It was cancelled. */
        CANCELLED
    }

    /**
     * Progress of a generation.
     *
     * @param done steps taken, of all images together
     * @param all steps of all images; 0 until it has begun
     */
    public record Progress(long done, long all) {}

    /**
     * @param id unique
     * @param previewEvery a preview of every image each so many steps; 0 for none
     */
    private OngoingGeneration(String id, GenerationRequest request, Instant created, int previewEvery) {
        this.id = id;
        this.request = request;
        this.created = created;
        this.previewEvery = previewEvery;
    }

    /**
     * Submits the request to {@code generator}.
     *
     * @param previewEvery a preview of every image each so many steps; 0 for none
     * @param prepared receives the generation before it begins, so that a follower that it adds misses nothing
     */
    public static OngoingGeneration start(
            Generator generator,
            GenerationRequest request,
            int previewEvery,
            InstantSource clock,
            Consumer<OngoingGeneration> prepared) {
        OngoingGeneration made =
                new OngoingGeneration(UUID.randomUUID().toString(), request, clock.instant(), previewEvery);
        prepared.accept(made);
        made.start(generator, clock);
        return made;
    }

    private void start(Generator generator, InstantSource clock) {
        CompletableFuture<Generation> submitted = generator.submit(request, new Broadcast());
        work = submitted;
        submitted.whenComplete((generation, failure) -> {
            ended = clock.instant();
            if (failure == null) {
                acceptance.complete(null);
                result.complete(generation.withId(id));
            } else {
                acceptance.completeExceptionally(failure);
                result.completeExceptionally(failure);
            }
        });
    }

    /** Passes progress and previews on to the followers. */
    private final class Broadcast implements GenerationListener {
        @Override
        public void accepted(Supplier<QueuePlace> asked) {
            place = asked;
            followers.forEach(follower -> follower.accepted(asked));
            acceptance.complete(null);
        }

        @Override
        public int previewEvery() {
            return previewEvery;
        }

        @Override
        public void progressed(long done, long all) {
            progress = new Progress(done, all);
            followers.forEach(follower -> follower.progressed(done, all));
        }

        @Override
        public void previewed(GeneratedImage estimate, int step) {
            followers.forEach(follower -> follower.previewed(estimate, step));
        }
    }

    /** Unique among all generations. */
    public String id() {
        return id;
    }

    /** The request. */
    public GenerationRequest request() {
        return request;
    }

    /** When the request came. */
    public Instant created() {
        return created;
    }

    /** When it ended; null while it is unfinished. */
    public @Nullable Instant ended() {
        return ended;
    }

    /** Its progress. */
    public Progress progress() {
        return progress;
    }

    /** Its place in the queue; null before it is admitted and when it has ended. */
    public @Nullable QueuePlace place() {
        Supplier<QueuePlace> asked = place;
        return asked == null || result.isDone() ? null : asked.get();
    }

    /** Completes when it is admitted, or fails when it is refused. */
    public CompletableFuture<@Nullable Void> acceptance() {
        return acceptance.copy();
    }

    /** Its result. Cancelling this future does not stop the work; see {@link #cancel}. */
    public CompletableFuture<Generation> result() {
        return result.copy();
    }

    /** Cancels the work, if it is unfinished. */
    public void cancel() {
        CompletableFuture<Generation> submitted = work;
        if (submitted != null) {
            submitted.cancel(false);
        }
    }

    /** Its state. */
    public State state() {
        if (!result.isDone()) {
            return progress.done() == 0 ? State.QUEUED : State.RUNNING;
        }
        return !result.isCompletedExceptionally() ? State.SUCCEEDED : isCancelled() ? State.CANCELLED : State.FAILED;
    }

    private boolean isCancelled() {
        CompletableFuture<Generation> submitted = work;
        return submitted != null && submitted.isCancelled();
    }

    /** Its failure; null if it has not failed. */
    public @Nullable Throwable failure() {
        if (!result.isCompletedExceptionally()) {
            return null;
        }
        try {
            result.join();
            return null;
        } catch (CompletionException e) {
            return e.getCause();
        } catch (RuntimeException e) {
            return e;
        }
    }

    /** Sends progress and previews to {@code follower} from now on. */
    public void follow(GenerationListener follower) {
        followers.add(follower);
    }

    /** Sends nothing more to {@code follower}. */
    public void leave(GenerationListener follower) {
        followers.remove(follower);
    }
}
