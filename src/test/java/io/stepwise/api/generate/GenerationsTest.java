package io.stepwise.api.generate;

import static io.restassured.RestAssured.given;
import static io.stepwise.Waiting.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.stepwise.serving.FakeGenerator;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.NotReadyException;
import io.stepwise.serving.request.QueueFullException;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Generations that nobody waits for, and those that are asked for twice. */
@Tag("quarkus")
@QuarkusTest
class GenerationsTest {
    @Inject
    FakeGenerator generator;

    @BeforeEach
    void reset() {
        generator.reset();
    }

    private static Response async(String prefer, String body) {
        return given().contentType("application/json")
                .header("Prefer", prefer)
                .body(body)
                .when()
                .post("/generate");
    }

    private static Response keyed(String key, String body) {
        return given().contentType("application/json")
                .header("Idempotency-Key", key)
                .body(body)
                .when()
                .post("/generate");
    }

    private static Response await(String path, String state) {
        return waiting(path + " is " + state)
                .until(
                        () -> {
                            Response answer = given().get(path);
                            assertThat(answer.statusCode())
                                    .as(answer.asString())
                                    .isEqualTo(200);
                            return answer;
                        },
                        answer -> answer.jsonPath().getString("state").equals(state));
    }

    @Test
    void generate_respondAsync_answersAtOnceAndKeepsTheImages() throws InterruptedException {
        generator.hold = true;
        Response accepted = async("respond-async", "{\"n\": 2, \"seed\": 9}");
        assertThat(accepted.statusCode()).isEqualTo(202);
        assertThat(accepted.header("Preference-Applied")).isEqualTo("respond-async");
        assertThat(accepted.jsonPath().getString("state")).isEqualTo("queued");
        String path = accepted.header("Location").replaceFirst("^https?://[^/]+", "");
        assertThat(path).isEqualTo("/generations/" + accepted.jsonPath().getString("id"));
        generator.lastListener.progressed(5, 40);
        assertThat(await(path, "running").jsonPath().getMap("progress"))
                .containsEntry("done", 5)
                .containsEntry("total", 40);
        assertThat(given().get(path + "/images/0").statusCode()).isEqualTo(409);

        generator.held.poll(10, TimeUnit.SECONDS).complete(FakeGenerator.generation(generator.last));

        Response done = await(path, "succeeded");
        assertThat(done.jsonPath().getString("expires")).isNotEmpty();
        assertThat(done.jsonPath().getList("images.href")).containsExactly(path + "/images/0", path + "/images/1");
        Response image = given().get(path + "/images/1");
        assertThat(image.contentType()).isEqualTo("image/png");
        assertThat(given().header("If-None-Match", image.header("ETag"))
                        .get(path + "/images/1")
                        .statusCode())
                .isEqualTo(304);
        assertThat(given().accept("image/jpeg").get(path + "/images/1").asByteArray())
                .startsWith(0xff, 0xd8);
        assertThat(given().accept("application/json")
                        .get(path + "/images")
                        .jsonPath()
                        .getString("id"))
                .isEqualTo(done.jsonPath().getString("id"));
        assertThat(given().get(path + "/images/2").statusCode()).isEqualTo(404);
        assertThat(given().get(path + "/images/x").statusCode()).isEqualTo(404);
    }

    @Test
    void delete_givesUpTheWork_andItIsGone() throws InterruptedException {
        generator.hold = true;
        String path = async("respond-async", "{}").header("Location");
        CompletableFuture<Generation> work = generator.held.poll(10, TimeUnit.SECONDS);

        assertThat(given().delete(path).statusCode()).isEqualTo(204);

        assertThat(work.isCancelled()).isTrue();
        Response gone = given().get(path);
        assertThat(gone.statusCode()).isEqualTo(410);
        assertThat(gone.jsonPath().getString("type")).isEqualTo("/problems/gone");
        assertThat(given().delete(path).statusCode()).isEqualTo(410);
        assertThat(given().get("/generations/none").statusCode()).isEqualTo(404);
    }

    @Test
    void generate_respondAsyncThatIsRefused_isRefusedAtOnce() {
        generator.failure = new QueueFullException(Duration.ofSeconds(2));

        assertThat(async("respond-async", "{}").statusCode()).isEqualTo(429);
    }

    @Test
    void generate_respondAsyncThatFails_saysWhy() throws InterruptedException {
        generator.hold = true;
        String path = async("respond-async", "{}").header("Location");
        generator
                .held
                .poll(10, TimeUnit.SECONDS)
                .completeExceptionally(new NotReadyException("Stopping.", Duration.ofSeconds(1)));

        Response failed = await(path, "failed");

        assertThat(failed.jsonPath().getString("error.type")).isEqualTo("/problems/not-ready");
        assertThat(failed.jsonPath().getList("images")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"respond-async, wait=30", "wait=30,respond-async"})
    void generate_respondAsyncWithPatience_answersWithTheImagesIfTheyAreInTime(String prefer) {
        Response answer = async(prefer, "{}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.contentType()).isEqualTo("image/png");
    }

    @Test
    void generate_sameKeyAndBody_makesTheImagesOnce() {
        Response first = keyed("key-1", "{\"n\": 2}");
        Response second = keyed("key-1", "{ \"n\" : 2 }");
        Response asJson = given().contentType("application/json")
                .header("Idempotency-Key", "key-1")
                .accept("application/json")
                .body("{\"n\": 2}")
                .post("/generate");

        assertThat(second.asByteArray()).isEqualTo(first.asByteArray());
        assertThat(second.header("X-Seed")).isEqualTo(first.header("X-Seed"));
        assertThat(first.header("Idempotency-Replayed")).isNull();
        assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(asJson.jsonPath().getString("images[0].seed")).isEqualTo(first.header("X-Seed"));
        assertThat(generator.submitted).hasValue(1);
    }

    @Test
    void generate_sameKeyWhileTheFirstIsOnItsWay_waitsForTheSame() throws InterruptedException {
        generator.hold = true;
        CompletableFuture<Response> first = CompletableFuture.supplyAsync(() -> keyed("key-2", "{}"));
        CompletableFuture<Generation> work = generator.held.poll(10, TimeUnit.SECONDS);
        Response status = given().contentType("application/json")
                .header("Idempotency-Key", "key-2")
                .header("Prefer", "respond-async")
                .body("{}")
                .post("/generate");

        assertThat(status.statusCode()).isEqualTo(202);
        work.complete(FakeGenerator.generation(generator.last));
        assertThat(first.join().statusCode()).isEqualTo(200);
        assertThat(generator.submitted).hasValue(1);
    }

    @Test
    void generate_sameKeyAnotherBody_is422() {
        keyed("key-3", "{}");

        Response other = keyed("key-3", "{\"n\": 2}");

        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(other.jsonPath().getString("type")).isEqualTo("/problems/key-reused");
    }

    @Test
    void generate_keyOfOneThatFailed_triesAgain() {
        generator.failure = new QueueFullException(Duration.ofSeconds(2));
        assertThat(keyed("key-4", "{}").statusCode()).isEqualTo(429);
        generator.failure = null;

        assertThat(keyed("key-4", "{}").statusCode()).isEqualTo(200);
    }

    @Test
    void generate_keyThatCannotBe_is400() {
        assertThat(keyed("k".repeat(256), "{}").statusCode()).isEqualTo(400);
        assertThat(keyed("a b", "{}").statusCode()).isEqualTo(400);
    }

    @Test
    void generate_asZip_holdsEveryImage() throws IOException {
        Response answer = given().contentType("application/json")
                .accept("application/zip")
                .body("{\"n\": 3, \"seed\": 1}")
                .post("/generate");
        Response again = given().contentType("application/json")
                .accept("application/zip")
                .body("{\"n\": 3, \"seed\": 1}")
                .post("/generate");

        List<String> names = new ArrayList<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(answer.asByteArray()))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                names.add(entry.getName());
                byte[] file = zip.readAllBytes();
                if (entry.getName().endsWith(".png")) {
                    assertThat(file).startsWith(0x89, 'P', 'N', 'G');
                } else {
                    assertThat(new String(file, java.nio.charset.StandardCharsets.UTF_8))
                            .contains("\"seed\":1", FakeGenerator.CHECKPOINT);
                }
            }
        }
        assertThat(names).containsExactly("0000.png", "0001.png", "0002.png", "parameters.json");
        assertThat(again.asByteArray()).isEqualTo(answer.asByteArray());
        assertThat(again.header("ETag")).isEqualTo(answer.header("ETag"));
    }
}
