package io.stepwise.serving.versions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.serving.request.NotReadyException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoadQueueTest {
    private final AtomicLong now = new AtomicLong();
    private final LoadQueue queue = new LoadQueue(now::get);
    private final AtomicBoolean room = new AtomicBoolean();

    @AfterEach
    void stop() throws InterruptedException {
        queue.close();
    }

    private CompletableFuture<String> load(String name, List<String> order) {
        return queue.submit(() -> {
            if (!room.get()) {
                throw new NoRoomException("no room for " + name);
            }
            order.add(name);
            return name;
        });
    }

    /** What was submitted before has been tried when this returns. */
    private void settle() throws Exception {
        queue.submit(() -> "").get(1, TimeUnit.MINUTES);
    }

    @Test
    void submit_withoutRoom_waitsForItInOrder() throws Exception {
        List<String> order = new ArrayList<>();
        CompletableFuture<String> first = load("a", order);
        CompletableFuture<String> second = load("b", order);
        settle();
        queue.roomMayBeFree();
        settle();
        assertThat(first).isNotDone();
        assertThat(second).isNotDone();

        room.set(true);
        queue.roomMayBeFree();
        assertThat(second.get(1, TimeUnit.MINUTES)).isEqualTo("b");
        assertThat(order).containsExactly("a", "b");
    }

    @Test
    void submit_withoutRoomForTooLong_isToldSo() throws Exception {
        CompletableFuture<String> load = load("a", new ArrayList<>());
        settle();
        now.set(LoadQueue.PATIENCE.toNanos() - 1);
        queue.roomMayBeFree();
        settle();
        assertThat(load).isNotDone();

        now.set(LoadQueue.PATIENCE.toNanos());
        queue.roomMayBeFree();
        assertThatThrownBy(() -> load.get(1, TimeUnit.MINUTES))
                .hasCauseInstanceOf(NotReadyException.class)
                .hasMessageContaining("no room for a");
    }

    @Test
    void submit_failure_isTheResultsAndTheThreadGoesOn() throws Exception {
        CompletableFuture<String> broken = queue.submit(() -> {
            throw new IOException("disk");
        });

        assertThatThrownBy(() -> broken.get(1, TimeUnit.MINUTES)).hasRootCauseMessage("disk");
        settle();
    }

    @Test
    void close_whatWaits_isToldThatTheServiceStops() throws Exception {
        CompletableFuture<String> load = load("a", new ArrayList<>());
        settle();
        queue.close();

        assertThatThrownBy(() -> load.get(1, TimeUnit.MINUTES)).hasCauseInstanceOf(NotReadyException.class);
        assertThatThrownBy(() -> load("b", new ArrayList<>()).get(1, TimeUnit.MINUTES))
                .hasCauseInstanceOf(NotReadyException.class);
    }
}
