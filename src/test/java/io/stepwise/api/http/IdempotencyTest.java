package io.stepwise.api.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.stepwise.api.access.Sha256;
import io.stepwise.data.store.TestDatasets;
import io.stepwise.jobs.TrainingJobs;
import io.stepwise.serving.FakeGenerator;
import io.stepwise.serving.request.Generation;
import io.stepwise.training.run.NewRun;
import io.stepwise.upload.Uploads;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Requests that come twice, to whatever makes something. */
@Tag("quarkus")
@QuarkusTest
@TestProfile(IdempotencyTest.Waiting.class)
class IdempotencyTest {
    private static final byte[] PETS = Uploads.zip("a/1.png", Uploads.picture(10), "b/2.png", Uploads.picture(200));
    private static final byte[] OTHERS = Uploads.zip("a/1.png", Uploads.picture(11), "b/2.png", Uploads.picture(200));

    /** Jobs that wait for ever, and two keys. */
    public static final class Waiting implements io.quarkus.test.junit.QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "stepwise.runs",
                            Path.of("target", "idempotency-" + System.nanoTime())
                                    .toString(),
                    "stepwise.train.launcher", "none",
                    "stepwise.auth.keys.anna.secret", "anna-0123456789abcdef",
                    "stepwise.auth.keys.anna.roles", "admin",
                    "stepwise.auth.keys.bob.secret", "bob-0123456789abcdef",
                    "stepwise.auth.keys.bob.roles", "admin");
        }
    }

    @Inject
    TestDatasets datasets;

    @Inject
    FakeGenerator generator;

    @BeforeEach
    void reset() throws IOException {
        datasets.reset();
        generator.reset();
    }

    private static RequestSpecification as(String client, String key) {
        return given().header("Authorization", "Bearer " + client + "-0123456789abcdef")
                .header("Idempotency-Key", key)
                .contentType("application/json");
    }

    private static Response train(String client, String key, int steps) {
        return as(client, key)
                .body("{\"model\": \"twice\", \"unet\": \"tiny\", \"warmup_steps\": 0, \"steps\": " + steps + "}")
                .post("/train");
    }

    private static void refused(Response answer) {
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(422);
        assertThat(answer.jsonPath().getString("type")).isEqualTo("/problems/key-reused");
        assertThat(answer.jsonPath().getString("detail")).contains("Idempotency-Key came with another request");
        assertThat(answer.header("Idempotency-Replayed")).isNull();
    }

    private static void replayed(Response answer, Response first) {
        assertThat(first.header("Idempotency-Replayed")).as(first.asString()).isNull();
        assertThat(answer.header("Idempotency-Replayed")).as(answer.asString()).isEqualTo("true");
        assertThat(answer.statusCode()).isEqualTo(first.statusCode());
        assertThat(answer.header("Location")).isEqualTo(first.header("Location"));
        assertThat(answer.asString()).isEqualTo(first.asString());
    }

    private static int jobs() {
        return as("anna", "x")
                .get("/train?limit=200")
                .jsonPath()
                .getList("jobs")
                .size();
    }

    @Test
    void train_sameKeyAndBody_isTheSameJob() {
        int before = jobs();
        Response first = train("anna", "job-1", 10);
        assertThat(first.statusCode()).as(first.asString()).isEqualTo(202);

        replayed(train("anna", "job-1", 10), first);
        refused(train("anna", "job-1", 11));

        assertThat(train("bob", "job-1", 10).header("Location")).isNotEqualTo(first.header("Location"));
        assertThat(train("bob", "job-1", 10).header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(jobs()).isEqualTo(before + 2);
    }

    @Test
    void train_clientThatSaysItIsAnother_isNot() {
        Response first = train("anna", "job-2", 10);

        Response bob = as("bob", "job-2")
                .header("Stepwise-Client", "anna")
                .body("{\"model\": \"twice\", \"unet\": \"tiny\", \"warmup_steps\": 0, \"steps\": 10}")
                .post("/train");

        assertThat(bob.statusCode()).isEqualTo(202);
        assertThat(bob.header("Location")).isNotEqualTo(first.header("Location"));
    }

    @Test
    void train_manyOfOneKeyAtOnce_isOneJob() {
        List<CompletableFuture<Response>> all = IntStream.range(0, 6)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> train("anna", "job-3", 10)))
                .toList();

        List<Response> answers = all.stream().map(CompletableFuture::join).toList();

        assertThat(answers).extracting(Response::statusCode).containsOnly(202);
        assertThat(answers.stream().map(answer -> answer.header("Location")).distinct())
                .hasSize(1);
        assertThat(answers.stream().filter(answer -> answer.header("Idempotency-Replayed") == null))
                .hasSize(1);
    }

    /** What another service on the folder, or this one after a restart, knows of it. */
    @Test
    void train_sameKeyToAnotherService_isTheSameJob() throws Exception {
        String id = train("anna", "job-4", 10).jsonPath().getString("id");
        Path runs = Path.of(ConfigProvider.getConfig().getValue("stepwise.runs", String.class));
        TrainingJobs.Settings settings = new TrainingJobs.Settings(1, 0, Duration.ofSeconds(1), Duration.ZERO);
        String body = "{\"model\":\"twice\",\"unet\":\"tiny\",\"warmup_steps\":0,\"steps\":10}";

        try (TrainingJobs another = new TrainingJobs(runs, null, settings, InstantSource.system(), new Random())) {
            NewRun.Request request = new NewRun.Request(
                    new IdempotencyKey("anna", "job-4").hash("/train"),
                    Sha256.hex(body.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
            assertThat(another.submitted(request).orElseThrow().id()).isEqualTo(id);
        }
    }

    @Test
    void train_keyOfARequestThatWasRefused_isFree() {
        assertThat(train("anna", "job-5", 0).statusCode()).isEqualTo(422);
        assertThat(train("anna", "job-5", 10).statusCode()).isEqualTo(202);
        assertThat(train("anna", "k".repeat(256), 10).statusCode()).isEqualTo(400);
    }

    private static Response upload(String client, String key, String name, byte[] archive) {
        return as(client, key).contentType("application/zip").body(archive).post("/datasets/" + name);
    }

    @Test
    void dataset_sameKeyAndFiles_isTheSameDataSet() {
        Response first = upload("anna", "pets-1", "pets", PETS);
        assertThat(first.statusCode()).as(first.asString()).isEqualTo(201);

        replayed(upload("anna", "pets-1", "pets", PETS), first);
        refused(upload("anna", "pets-1", "pets", OTHERS));
        assertThat(upload("bob", "pets-1", "pets", PETS).statusCode()).isEqualTo(409);
        assertThat(upload("anna", "pets-1", "more", OTHERS).statusCode()).isEqualTo(201);
    }

    @Test
    void dataset_sameFormWithAnotherBoundary_isTheSame() {
        Response first = as("anna", "form-1")
                .contentType("multipart/form-data")
                .multiPart("file", "a.png", Uploads.picture(7), "image/png")
                .post("/datasets/form");
        assertThat(first.statusCode()).as(first.asString()).isEqualTo(201);

        replayed(
                as("anna", "form-1")
                        .contentType("multipart/form-data")
                        .multiPart("file", "a.png", Uploads.picture(7), "image/png")
                        .post("/datasets/form"),
                first);
    }

    private static Response openAi(String client, String key, String body) {
        return as(client, key).body(body).post("/v1/images/generations");
    }

    @Test
    void openAi_sameKeyAndBody_makesTheImagesOnce() {
        Response first = openAi("anna", "images-1", "{\"n\": 2}");
        assertThat(first.statusCode()).as(first.asString()).isEqualTo(200);

        Response again = openAi("anna", "images-1", "{\"n\": 2}");

        replayed(again, first);
        assertThat(again.header("X-Seed")).isEqualTo(first.header("X-Seed"));
        assertThat(generator.submitted).hasValue(1);
        Response other = openAi("anna", "images-1", "{\"n\": 3}");
        assertThat(other.statusCode()).isEqualTo(400);
        assertThat(other.jsonPath().getString("error.message")).contains("Idempotency-Key");
        assertThat(openAi("bob", "images-1", "{\"n\": 3}").statusCode()).isEqualTo(200);
    }

    @Test
    void openAi_streamThatIsAskedForAgain_endsWithTheSameImages() {
        String body = "{\"stream\": true, \"partial_images\": 1}";
        Response first = openAi("anna", "images-2", body);
        Response again = openAi("anna", "images-2", body);

        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(last(again)).isEqualTo(last(first)).contains("image_generation.completed");
        assertThat(generator.submitted).hasValue(1);
    }

    private static String last(Response stream) {
        assertThat(stream.contentType()).startsWith("text/event-stream");
        String[] events = stream.asString().strip().split("\n\n");
        return events[events.length - 1];
    }

    @Test
    void generate_manyOfOneKeyAtOnce_isMadeOnce() throws InterruptedException {
        generator.hold = true;
        List<CompletableFuture<Response>> all = IntStream.range(0, 6)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> as("anna", "images-3").body("{}").post("/generate")))
                .toList();
        CompletableFuture<Generation> work = generator.held.poll(10, TimeUnit.SECONDS);
        work.complete(FakeGenerator.generation(generator.last));
        List<Response> answers = all.stream().map(CompletableFuture::join).toList();

        assertThat(answers).extracting(Response::statusCode).containsOnly(200);
        assertThat(answers.stream().map(answer -> answer.header("X-Seed")).distinct())
                .hasSize(1);
        assertThat(generator.submitted).hasValue(1);
    }

    @Test
    void generateEvents_thatAreAskedForAgain_saySo() {
        for (String replayed : new String[] {null, "true"}) {
            Response answer = as("anna", "images-4")
                    .body("{}")
                    .accept("text/event-stream")
                    .post("/generate");
            assertThat(answer.header("Idempotency-Replayed")).isEqualTo(replayed);
        }
        assertThat(generator.submitted).hasValue(1);
    }
}
