package io.stepwise.api.inference;

import io.stepwise.serving.request.Generation;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Generations that belong together. If one fails, the others are cancelled. */
final class GenerationGroup {
    private GenerationGroup() {}

    /**
     * The results of all {@code works}, in their order. Fails with the failure of the first one that fails. Cancelling
     * the result cancels all of them.
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
