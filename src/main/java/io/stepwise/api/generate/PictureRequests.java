package io.stepwise.api.generate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.api.generate.GenerateRequestReader.ParsedRequest;
import io.stepwise.api.http.JsonObject;
import io.stepwise.image.Pixels;
import io.stepwise.memory.MemoryBudget;
import io.stepwise.schema.CheckedMessage;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.serving.ModelCard;
import io.stepwise.serving.ModelDirectory;
import io.stepwise.serving.PictureDecoding;
import io.stepwise.serving.request.DeadlineExceededException;
import io.stepwise.serving.request.SourceImage;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.microprofile.context.ManagedExecutor;
import org.jspecify.annotations.Nullable;

/**
 * Reads the bodies of {@code POST /generate} and pictures of other requests. A small body without pictures is read at once. Otherwise a worker checks the fields
 * and the headers of the pictures, and {@link PictureDecoding} decodes them and brings them to the model's size, so that no
 * large picture stays in memory.
 */
@Singleton
public final class PictureRequests {
    /** A picture may have so many times the pixels of the model's images, a side of 64 times theirs. */
    private static final long MOST_PER_PIXEL = 64 * 64;

    /** A picture of so many pixels costs little, however small the model's images are. */
    private static final long ALWAYS = 1 << 20;

    private static final Duration SHORTEST = Duration.ofMillis(1);

    private final GenerateRequestReader reader;
    private final ModelDirectory directory;
    private final PictureDecoding decoding;
    private final MemoryBudget memory;
    private final ManagedExecutor workers;

    /**
     * @param reader checks requests
     * @param directory knows the size of each model's images
     * @param decoding decodes pictures
     * @param memory for the files of the pictures
     * @param workers check the fields and headers
     */
    @Inject
    public PictureRequests(
            GenerateRequestReader reader,
            ModelDirectory directory,
            PictureDecoding decoding,
            MemoryBudget memory,
            ManagedExecutor workers) {
        this.reader = reader;
        this.directory = directory;
        this.decoding = decoding;
        this.memory = memory;
        this.workers = workers;
    }

    /**
     * Reads the body.
     *
     * @return fails with an {@link InvalidMessageException} naming all fields that can't be used, or as {@link
     *     PictureDecoding#submit}; cancelling it ends the work
     * @throws InvalidMessageException if a body without pictures has such fields
     */
    CompletableFuture<ParsedRequest> read(JsonObject json) {
        ObjectNode body = json.fields();
        if (!SourceFields.isIn(body)) {
            return json.isLarge()
                    ? workers.supplyAsync(() -> reader.read(body))
                    : CompletableFuture.completedFuture(reader.read(body));
        }
        long begin = System.nanoTime();
        CompletableFuture<ParsedRequest> answer = new CompletableFuture<>();
        workers.execute(() -> {
            try {
                measured(body, begin, answer);
            } catch (IOException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    /**
     * Reads the field {@code image} of another kind of message, within the same memory and queue.
     *
     * @param check gives the message, compared with its schema
     * @param read makes what it can of the other fields; what is wrong with them is noted
     * @param use gets that and the picture, where the picture is decoded
     * @return fails with an {@link InvalidMessageException} naming all fields that can't be used, or as {@link
     *     PictureDecoding#submit}; cancelling it ends the work
     */
    public <P, T> CompletableFuture<T> withPicture(
            Supplier<CheckedMessage> check, Function<CheckedMessage, Optional<P>> read, BiFunction<P, Pixels, T> use) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        workers.execute(() -> {
            try {
                CheckedMessage message = check.get();
                Optional<P> others = read.apply(message);
                SourceFields source = new SourceFields(message, reader.maxPixels());
                message.orThrow();
                decode(source, null, stop -> use.apply(others.orElseThrow(), picture(message, source, stop)), answer)
                        .whenComplete((made, failure) -> {
                            if (failure == null) {
                                answer.complete(made);
                            } else {
                                answer.completeExceptionally(failure);
                            }
                        });
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    private static Pixels picture(CheckedMessage message, SourceFields source, BooleanSupplier stop) {
        Optional<SourceImage> decoded = source.decoded(stop);
        message.orThrow();
        return decoded.orElseThrow().image();
    }

    /** Holds the memory of the files until {@code answer} is complete, which ends the work as well. */
    private <T> CompletableFuture<T> decode(
            SourceFields source,
            @Nullable Duration deadline,
            Function<BooleanSupplier, T> work,
            CompletableFuture<?> answer) {
        MemoryBudget.Lease files = memory.acquire(source.bytes());
        answer.whenComplete((done, failure) -> files.close());
        CompletableFuture<T> begun = decoding.submit(source.pixels(), deadline, work);
        answer.whenComplete((done, failure) -> begun.cancel(false));
        return begun;
    }

    private void measured(ObjectNode body, long begin, CompletableFuture<ParsedRequest> answer) throws IOException {
        if (answer.isDone()) {
            return;
        }
        CheckedMessage message = reader.checked(body);
        ModelCard model = message.isRight() ? model(message) : null;
        SourceFields source = new SourceFields(message, model == null ? reader.maxPixels() : most(model));
        if (model == null || !message.isRight()) {
            answer.complete(reader.complete(message, Optional.empty())); // throws
            return;
        }
        Duration deadline = left(message, begin);
        CompletableFuture<ParsedRequest> work =
                decode(source, deadline, stop -> decoded(message, source, model, stop), answer);
        work.whenComplete((parsed, failure) -> {
            if (failure instanceof TimeoutException) {
                Duration given = Duration.ofMillis(deadline(message));
                answer.completeExceptionally(new DeadlineExceededException(given, given));
            } else if (failure != null) {
                answer.completeExceptionally(failure);
            } else {
                Duration left = left(message, begin);
                answer.complete(left == null ? parsed : parsed.within(left));
            }
        });
    }

    private ModelCard model(CheckedMessage message) throws IOException {
        JsonNode version = message.fields().path("version");
        return directory.card(message.fields().path("model").textValue(), version.isInt() ? version.intValue() : null);
    }

    private long most(ModelCard model) {
        return Math.min(reader.maxPixels(), Math.max(ALWAYS, MOST_PER_PIXEL * model.width() * model.height()));
    }

    /** In milliseconds; 0 for none. */
    private static long deadline(CheckedMessage message) {
        return message.fields().path("deadline_ms").longValue();
    }

    /** What is left of the request's time, at least a millisecond; null if it has no deadline. */
    private static @Nullable Duration left(CheckedMessage message, long begin) {
        Duration given = Duration.ofMillis(deadline(message));
        Duration left = given.minusNanos(System.nanoTime() - begin);
        return given.isZero() ? null : left.compareTo(SHORTEST) < 0 ? SHORTEST : left;
    }

    private ParsedRequest decoded(CheckedMessage message, SourceFields source, ModelCard model, BooleanSupplier stop) {
        Optional<SourceImage> fitted = source.decoded(stop).flatMap(image -> message.part(() -> fitted(image, model)));
        return reader.complete(message, fitted);
    }

    private static SourceImage fitted(SourceImage image, ModelCard model) {
        image.misfit(model.width(), model.height()).ifPresent(error -> {
            throw new InvalidMessageException(List.of(error));
        });
        return image.fitted(model.width(), model.height(), model.channels());
    }
}
