package io.stepwise.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.GenerationListener;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.Generator;
import io.stepwise.serving.request.Readiness;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class GenerationStoreTest {
    private static final GenerationRequest REQUEST =
            new GenerationRequest(null, null, 1, 1, 2, SamplerName.DDIM, null, 1, 5, null);

    private final List<CompletableFuture<Generation>> works = new ArrayList<>();
    private Instant now = Instant.parse("2025-01-01T00:00:00Z");
    private final GenerationStore store = new GenerationStore(
            new Generator() {
                @Override
                public CompletableFuture<Generation> submit(GenerationRequest request, GenerationListener listener) {
                    CompletableFuture<Generation> work = new CompletableFuture<>();
                    works.add(work);
                    return work;
                }

                @Override
                public Readiness readiness() {
                    return FakeGenerator.READY;
                }
            },
            Duration.ofMinutes(10),
            2,
            (InstantSource) () -> now);

    private OngoingGeneration start() {
        return store.start(REQUEST, 0, made -> {});
    }

    private void complete(int work) {
        works.get(work).complete(FakeGenerator.generation(REQUEST));
    }

    @Test
    void find_untilItExpires_thenItIsGone() {
        OngoingGeneration generation = start();
        now = now.plus(Duration.ofHours(5));
        assertThat(store.find(generation.id())).as("not over").contains(generation);
        complete(0);
        assertThat(store.expires(generation)).isEqualTo(now.plus(Duration.ofMinutes(10)));
        now = now.plus(Duration.ofMinutes(10));
        assertThat(store.find(generation.id())).contains(generation);

        now = now.plusSeconds(1);

        assertThatThrownBy(() -> store.find(generation.id())).isInstanceOf(GenerationStore.GoneException.class);
        assertThat(store.find("another")).isEmpty();
    }

    @Test
    void start_beyondTheMost_forgetsTheEldestThatIsOver() {
        List<OngoingGeneration> all = List.of(start(), start(), start(), start());
        for (int i = 1; i < 4; i++) {
            complete(i);
        }

        assertThat(store.find(all.get(0).id())).as("not over").isPresent();
        assertThatThrownBy(() -> store.find(all.get(1).id())).isInstanceOf(GenerationStore.GoneException.class);
        assertThat(store.find(all.get(2).id())).isPresent();
        assertThat(store.find(all.get(3).id())).isPresent();
    }

    @Test
    void find_byKey_isTheSameForTheSameRequestUntilItFailsOrExpires() {
        OngoingGeneration first = store.start("key", "a", REQUEST, 0, made -> {});

        assertThat(store.find("key", "a")).contains(first);
        assertThatThrownBy(() -> store.find("key", "b")).isInstanceOf(io.stepwise.repository.KeyReusedException.class);
        assertThat(store.find("other", "b")).isEmpty();
        works.get(0).completeExceptionally(new IllegalStateException("broken"));
        assertThat(store.find("key", "a")).as("failed").isEmpty();

        OngoingGeneration second = store.start("key", "a", REQUEST, 0, made -> {});
        complete(1);
        assertThat(store.find("key", "a")).contains(second);
        now = now.plus(Duration.ofMinutes(11));
        assertThat(store.find("key", "a")).as("expired").isEqualTo(Optional.empty());
    }

    @Test
    void delete_ofOneOnItsWay_cancelsTheWork() {
        OngoingGeneration generation = start();

        store.delete(generation);

        assertThat(works.get(0).isCancelled()).isTrue();
        assertThat(generation.state()).isEqualTo(OngoingGeneration.State.CANCELLED);
        assertThatThrownBy(() -> store.find(generation.id())).isInstanceOf(GenerationStore.GoneException.class);
    }
}
