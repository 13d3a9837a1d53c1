package io.stepwise.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.repository.KeyReusedException;
import io.stepwise.repository.files.DurableFiles;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewRunTest {
    private static final Instant NOW = Instant.parse("2026-11-22T18:33:01Z");

    @TempDir
    private Path temporary;

    private NewRun.Requested once(String key, String content) throws IOException {
        return NewRun.once(
                temporary.resolve("runs"),
                new NewRun.Request(key, content),
                TrainingSpec.defaults(),
                NOW,
                new Random(),
                run -> run.append(NOW, RunEvent.Type.WARNING, 0, Map.of("message", "made")));
    }

    @Test
    void once_sameRequest_isTheSameRunToWhoeverAsks() throws IOException {
        NewRun.Requested first = once("key", "content");
        NewRun.Requested again = once("key", "content");
        NewRun.Requested other = once("other", "content");

        assertThat(first.isReplay()).isFalse();
        assertThat(again.isReplay()).isTrue();
        assertThat(again.run().id()).isEqualTo(first.run().id());
        assertThat(again.run().events(0))
                .extracting(RunEvent::type)
                .containsExactly(RunEvent.Type.QUEUED, RunEvent.Type.WARNING);
        assertThat(other.run().id()).isNotEqualTo(first.run().id());
        assertThat(first.run().root().resolve("request.json")).content().contains("\"key\" : \"key\"");
    }

    @Test
    void once_sameKeyOtherContent_isRefused() throws IOException {
        once("key", "content");

        assertThatThrownBy(() -> once("key", "other")).isInstanceOf(KeyReusedException.class);
        assertThat(RunFolder.list(temporary.resolve("runs"))).hasSize(1);
    }

    @Test
    void once_runThatIsGone_isMadeAnew() throws IOException {
        DurableFiles.deleteTree(once("key", "content").run().root());

        assertThat(once("key", "other").isReplay()).isFalse();
    }

    /** Nobody's request, and not in the way of others. */
    @Test
    void once_besideAMarkThatIsDamaged_findsTheOthers() throws IOException {
        Files.writeString(once("damaged", "content").run().root().resolve("request.json"), "{\"key\":");
        String id = once("key", "content").run().id();

        assertThat(once("key", "content").run().id()).isEqualTo(id);
    }

    @Test
    void once_manyAtOnce_isOneRun() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<NewRun.Requested>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                all.add(threads.submit(() -> {
                    go.await();
                    return once("key", "content");
                }));
            }
            go.countDown();
            Set<String> ids = new HashSet<>();
            int replays = 0;
            for (Future<NewRun.Requested> each : all) {
                ids.add(each.get().run().id());
                replays += each.get().isReplay() ? 1 : 0;
            }
            assertThat(ids).hasSize(1);
            assertThat(replays).isEqualTo(7);
        } finally {
            threads.shutdownNow();
        }
    }
}
