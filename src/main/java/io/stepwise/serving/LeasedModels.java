package io.stepwise.serving;

import io.stepwise.sampling.Row;
import io.stepwise.schema.FieldError;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.GuideReference;
import io.stepwise.serving.request.InvalidGenerationException;
import io.stepwise.serving.request.UnknownModelException;
import io.stepwise.serving.request.VersionNotFoundException;
import io.stepwise.serving.versions.GuideFit;
import io.stepwise.serving.versions.Lease;
import io.stepwise.serving.versions.ModelLookup;
import io.stepwise.serving.versions.ServedModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The versions that a request needs in memory: its model, and the guide if it names one. Closing ends both leases.
 *
 * @param main of the model
 * @param guide of the guide; null for none
 */
record LeasedModels(Lease main, @Nullable Lease guide) implements AutoCloseable {
    /** Finds them; at once if all are in memory. The guide fails as a field of the request. */
    static CompletableFuture<LeasedModels> find(ModelLookup models, GenerationRequest request) {
        CompletableFuture<Lease> main = models.find(request.model(), request.version());
        GuideReference named = request.guide();
        return named == null
                ? main.thenApply(lease -> new LeasedModels(lease, null))
                : main.thenCompose(lease -> withGuide(models, lease, named));
    }

    private static CompletableFuture<LeasedModels> withGuide(ModelLookup models, Lease main, GuideReference named) {
        String model = named.model() == null ? main.model().version().model() : named.model();
        return models.find(model, named.version()).handle((guide, failure) -> {
            if (failure == null) {
                return new LeasedModels(main, guide);
            }
            main.close();
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause instanceof UnknownModelException || cause instanceof VersionNotFoundException) {
                throw new InvalidGenerationException(List.of(new FieldError("/guide", "guide: " + cause.getMessage())));
            }
            throw new CompletionException(cause);
        });
    }

    ServedModel model() {
        return main.model();
    }

    /** @throws InvalidGenerationException naming once every field that the versions can't honour */
    void check(GenerationRequest request) {
        List<FieldError> errors = new ArrayList<>(model().check(request));
        String reason = guide == null ? null : new GuideFit(model(), guide.model()).reason();
        if (reason != null) {
            errors.add(new FieldError("/guide", "guide: " + reason));
        }
        if (!errors.isEmpty()) {
            Map<String, FieldError> first = new LinkedHashMap<>();
            errors.forEach(error -> first.putIfAbsent(error.pointer(), error));
            throw new InvalidGenerationException(List.copyOf(first.values()));
        }
    }

    /** The same request with the guide's version and the picture as they are used. */
    GenerationRequest resolved(GenerationRequest request) {
        GenerationRequest fitted = model().fitted(request);
        return guide == null
                ? fitted
                : fitted.guidedBy(new GuideReference(
                        guide.model().version().model(), guide.model().version().number()));
    }

    /** The rows of a resolved request; see {@link ServedModel#rows}. */
    List<Row> rows(GenerationRequest request, boolean withEstimate) {
        return model().rows(request, guide == null ? null : guide.model(), withEstimate);
    }

    @Override
    public void close() {
        main.close();
        if (guide != null) {
            guide.close();
        }
    }
}
