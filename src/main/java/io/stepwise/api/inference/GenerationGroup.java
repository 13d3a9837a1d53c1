package io.stepwise.api.inference;

import io.stepwise.serving.request.Generation;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Generations that belong together: either all are made, or what is left of them is given up. */
final class GenerationGroup {
    private GenerationGroup() {}

    /**
     * All of {@code works} in their order. Fails as the first of them that fails; cancelling it cancels them all.
     */
    static CompletableFuture<List<Generation>> of(List<CompletableFuture<Generation>> works) {
        CompletableFuture<List<Generation>> all = new CompletableFuture<>();
        works.forEach(work -> work.whenComplete((generation, failure) -> {
            if (failure != null) {
                all.completeExceptionally(failure);
            }
        }));
        CompletableFuture<Void> made = CompletableFuture.allOf(works.toArray(CompletableFuture[]::new));
        made.thenRun(
                () -> all.complete(works.stream().map(CompletableFuture::join).toList()));
        all.whenComplete((generations, failure) -> {
            if (failure != null) {
                works.forEach(work -> work.cancel(false));
            }
        });
        return all;
    }
}
