package io.stepwise.api.train;

import static io.restassured.RestAssured.given;
import static io.stepwise.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.stepwise.image.ImageReading;
import io.stepwise.jobs.TrainingJobs;
import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.run.RunLock;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code /train} over HTTP with real jobs: processes that train a tiny network. */
@Tag("quarkus")
@QuarkusTest
class TrainTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String TINY =
            """
            {"model": "%s", "image_size": 16, "batch_size": 2, "steps": %s, "checkpoint_every": 5, "sample_every": 10,
             "publish": "%s", "warmup_steps": 0, "flip": false,
             "unet": {"block_out_channels": [8], "down_block_types": ["DownBlock2D"], "up_block_types": ["UpBlock2D"],
                      "layers_per_block": 1, "norm_num_groups": 4, "add_attention": false}}
            """;

    @Inject
    TrainingJobs jobs;

    private static String submit(String model, int steps, String publish) {
        return submit(TINY.formatted(model, steps, publish));
    }

    private static String submit(String specification) {
        Response answer =
                given().contentType("application/json").body(specification).post("/train");
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
        String id = answer.jsonPath().getString("id");
        assertThat(answer.header("Location")).isEqualTo("/train/" + id);
        assertThat(answer.jsonPath().getString("state")).isEqualTo("queued");
        return id;
    }

    private static JsonPath job(String id) {
        return given().get("/train/" + id).jsonPath();
    }

    private static void awaitState(String id, String state) throws Exception {
        await(id + " is " + state, () -> job(id).getString("state").equals(state));
    }

    /** The lines of a stream of server-sent events, up to its end. */
    private static List<String> follow(String id, String lastEventId) throws IOException {
        URL url = URI.create(base() + "/train/" + id + "/events").toURL();
        HttpURLConnection connection = (HttpURLConnection) url.openConnection();
        connection.setReadTimeout((int) LIMIT.toMillis());
        connection.setRequestProperty("Accept", "text/event-stream");
        if (!lastEventId.isEmpty()) {
            connection.setRequestProperty("Last-Event-ID", lastEventId);
        }
        List<String> lines = new ArrayList<>(List.of("status:" + connection.getResponseCode()));
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
            reader.lines().forEach(lines::add);
        }
        return lines;
    }

    private static String base() {
        return ConfigProvider.getConfig().getValue("test.url", String.class);
    }

    @Test
    void job_fromStartToEnd_isToldInEveryForm() throws Exception {
        String id = submit("told", 40, "end");

        List<String> told = follow(id, "");

        assertThat(told).startsWith("status:200").contains("event:metrics", "event:sample");
        List<String> besides = List.of("event:metrics", "event:warning"); // a warning if an earlier test run published
        assertThat(told.stream().filter(line -> line.startsWith("event:") && !besides.contains(line)))
                .startsWith("event:queued", "event:started")
                .contains("event:checkpoint", "event:published")
                .endsWith("event:finished");
        long last = told.stream().filter(line -> line.startsWith("id:")).count();
        assertThat(told).contains("id:" + last);
        assertThat(follow(id, Long.toString(last - 1)))
                .contains("event:finished")
                .doesNotContain("event:started");
        assertThat(follow(id, Long.toString(last))).containsExactly("status:204");

        JsonPath job = job(id);
        assertThat(job.getString("state")).isEqualTo("succeeded");
        assertThat(job.getInt("step")).isEqualTo(40);
        assertThat(job.getList("published")).hasSize(1);
        assertThat(job.getString("ended")).isNotNull();
        assertThat(job.getMap("spec")).containsEntry("batch_size", 2).containsEntry("publish", "end");
        assertThat(given().get("/train").jsonPath().getList("jobs.id")).contains(id);
        assertMetrics(id);
        assertPictures(id);
        JsonPath checkpoints = given().get("/train/" + id + "/checkpoints").jsonPath();
        assertThat(checkpoints.getList("checkpoints.step")).contains(5, 40);
        assertThat(checkpoints.getList("checkpoints.published_version")).endsWith(job.getInt("published[0]"));
        assertThat(given().get("/train/" + id + "/log?lines=2").asString()).contains("published told version");
        assertPublishedByHand(id);
    }

    /** The checkpoint that was made before the last one becomes a version. */
    private static void assertPublishedByHand(String id) {
        String found = "checkpoints[-2].published_version";
        int step = given().get("/train/" + id + "/checkpoints").jsonPath().getInt("checkpoints[-2].step");
        Response made = given().contentType("application/json")
                .body("{\"from_run\": \"" + id + "\", \"step\": " + step + ", \"publish_as\": \"candidate\"}")
                .post("/models/told/versions");
        assertThat(made.statusCode()).as(made.asString()).isEqualTo(201);
        int version = made.jsonPath().getInt("version");
        JsonPath checkpoints = given().get("/train/" + id + "/checkpoints").jsonPath();
        assertThat(checkpoints.getInt(found)).isEqualTo(version);
        assertThat(checkpoints.getList("checkpoints.findAll {it.step < " + step + "}.published_version"))
                .isNotEmpty()
                .containsOnlyNulls();
    }

    private static void assertMetrics(String id) {
        Response json = given().get("/train/" + id + "/metrics");
        assertThat(json.contentType()).startsWith("application/json");
        assertThat(json.jsonPath().getList("rows.step")).containsExactly(20, 40);
        assertThat(given().get("/train/" + id + "/metrics?after=20").jsonPath().getList("rows.step"))
                .containsExactly(40);
        List<String> csv = given().accept("text/csv")
                .get("/train/" + id + "/metrics")
                .asString()
                .lines()
                .toList();
        assertThat(csv).hasSize(3);
        assertThat(csv.get(0)).startsWith("step,loss,loss_q1");
        assertThat(csv.get(0))
                .endsWith(
                        "validation_loss_q4,sliced_wasserstein,kernel_distance,precision,recall,"
                                + "generator_loss,discriminator_loss,accuracy_real,accuracy_made,reconstruction,kl,active_units");
        assertThat(csv.get(1)).startsWith("20,").endsWith(",,,,,,,,,");
        assertThat(csv.get(2)).as("the loss on held-out faces of the last step").matches("40,.*\\d,{11}");
        assertThat(json.jsonPath().getList("rows.validation_loss")).element(0).isNull();
        assertThat(json.jsonPath().getDouble("rows[1].validation_loss")).isPositive();
        byte[] svg =
                given().accept("image/svg+xml").get("/train/" + id + "/metrics").asByteArray();
        assertThat(new String(svg, StandardCharsets.UTF_8)).startsWith("<svg").endsWith("</svg>\n");
        Response pdf = given().accept("application/pdf").get("/train/" + id + "/metrics");
        assertThat(pdf.statusCode()).isEqualTo(406);
        assertThat(pdf.jsonPath().getString("detail")).contains("text/csv");
    }

    private static void assertPictures(String id) throws IOException {
        byte[] plot =
                given().accept("image/png").get("/train/" + id + "/metrics").asByteArray();
        assertThat(ImageReading.read(plot, ImageReading.MAX_PIXELS).width()).isEqualTo(1280);
        JsonPath samples = given().get("/train/" + id + "/samples").jsonPath();
        assertThat(samples.getList("samples.step")).containsExactly(10, 20, 30, 40);
        byte[] grid = given().get(samples.getString("samples[0].url")).asByteArray();
        assertThat(ImageReading.read(grid, ImageReading.MAX_PIXELS).width()).isGreaterThan(16);
        assertThat(given().get("/train/" + id + "/samples/11").statusCode()).isEqualTo(404);
    }

    @Test
    void job_pausedKilledAndResumed_goesOnAndIsCancelledAtLast() throws Exception {
        String id = submit("killed", 1_000_000, "never");
        await("checkpoints", () -> !jobs.run(id).checkpoints().isEmpty());
        given().post("/train/" + id + "/pause").then().statusCode(200);
        awaitState(id, "paused");
        int paused = job(id).getInt("step");
        assertThat(jobs.run(id).newestCheckpoint()).hasValue(paused);
        Response again = given().post("/train/" + id + "/pause");
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(again.jsonPath().getString("detail"))
                .isEqualTo("state is \"paused\", must be \"queued\" or \"running\" to pause");

        given().post("/train/" + id + "/resume").then().statusCode(200);
        await("goes on", () -> jobs.run(id).newestCheckpoint().orElse(0) > paused);
        ProcessHandle process = process(id);
        process.destroyForcibly();
        process.onExit().get();
        int killed = jobs.run(id).newestCheckpoint().orElseThrow();
        await("goes on by itself", () -> jobs.run(id).newestCheckpoint().orElse(0) > killed);
        assertThat(job(id).getString("state")).isEqualTo("running");

        ProcessHandle last = process(id);
        assertThat(given().delete("/train/" + id).statusCode()).isEqualTo(409);
        given().post("/train/" + id + "/cancel").then().statusCode(200);
        awaitState(id, "cancelled");
        last.onExit().get();
        assertThat(given().post("/train/" + id + "/resume").statusCode()).isEqualTo(409);
    }

    /** The first picture draws letters, whose classes are loaded after the process was told to stop. */
    @Test
    void job_pausedBeforeItsFirstPicture_drawsItAndStopsAtACheckpoint() throws Exception {
        String id = submit(
                TINY.formatted("early", 1_000_000, "never").replace("\"sample_every\": 10", "\"sample_every\": 1"));
        RunFolder run = jobs.run(id);
        await("a process has begun", () -> Files.exists(run.root().resolve("process")));
        ProcessHandle process = process(id);

        given().post("/train/" + id + "/pause").then().statusCode(200);

        process.onExit().get();
        assertThat(run.events(0))
                .extracting(RunEvent::type)
                .containsSubsequence(
                        RunEvent.Type.STARTED, RunEvent.Type.SAMPLE, RunEvent.Type.CHECKPOINT, RunEvent.Type.PAUSED);
        awaitState(id, "paused");
        assertThat(job(id).getString("error")).isNull();
    }

    @Test
    void job_finishedAndResumedWithMoreSteps_goesOnToThem() throws Exception {
        String id = submit("longer", 10, "end");
        awaitState(id, "succeeded");
        assertThat(resume(id, "").statusCode()).isEqualTo(409);
        assertRefused(resume(id, "{\"steps\": 9}"), "steps is 9, must be more than 10, the steps done");
        assertRefused(resume(id, "{\"steps\": 0}"), "steps is 0, must be an integer, 1 … 10000000");
        assertRefused(resume(id, "{\"step\": 20}"), "step is not a field");

        Response accepted = resume(id, "{\"steps\": 20}");
        assertThat(accepted.statusCode()).as(accepted.asString()).isEqualTo(200);
        assertThat(accepted.jsonPath().getInt("steps")).isEqualTo(20);
        assertThat(accepted.jsonPath().getList("warnings"))
                .anyMatch(text -> text.toString().contains("cosine over 20"));
        assertThat(resume(id, "{\"steps\": 20}").statusCode()).isEqualTo(200);
        await("all steps are done", () -> job(id).getInt("step") == 20);
        awaitState(id, "succeeded");

        assertThat(resume(id, "{\"steps\": 20}").statusCode()).isEqualTo(200);
        assertThat(job(id).getString("state")).isEqualTo("succeeded");
        assertThat(job(id).getList("published")).hasSize(2);
        assertThat(jobs.run(id).events(0))
                .filteredOn(event -> event.type() == RunEvent.Type.RESUME_ASKED)
                .singleElement()
                .satisfies(event -> assertThat(event.details()).containsEntry("steps", 20));

        await("its process has ended", () -> given().delete("/train/" + id).statusCode() == 204);
        assertThat(given().get("/train/" + id).statusCode()).isEqualTo(404);
        assertThat(given().delete("/train/" + id).statusCode()).isEqualTo(404);
        assertThat(given().delete("/train/" + id + "?force=true").statusCode()).isEqualTo(422);
    }

    private static Response resume(String id, String body) {
        return given().contentType("application/json").body(body).post("/train/" + id + "/resume");
    }

    private static void assertRefused(Response answer, String detail) {
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.jsonPath().getString("detail")).contains(detail);
    }

    private ProcessHandle process(String id) throws IOException {
        RunFolder run = jobs.run(id);
        return ProcessHandle.of(RunLock.holder(run).orElseThrow().pid()).orElseThrow();
    }

    @Test
    void train_badSpecification_namesEveryField() {
        Response refused = given().contentType("application/json")
                .body("{\"steps\": 0, \"dataset\": \"nowhere\", \"optimizer\": {\"beta1\": 2}, \"colour\": 1}")
                .post("/train");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.contentType()).startsWith("application/problem+json");
        assertThat(refused.jsonPath().getList("errors.pointer")).contains("/steps", "/optimizer/beta1", "/colour");
        assertThat(refused.jsonPath().getString("detail")).contains("steps is 0, must be an integer, 1 … 10000000");
    }

    @Test
    void estimate_saysWhatAJobWouldTake_andCreatesNone() {
        int before = given().get("/train?limit=200").jsonPath().getList("jobs").size();
        Response answer = given().contentType("application/json")
                .body(TINY.formatted("estimated", 100, "never"))
                .post("/train-estimates");

        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        JsonPath estimate = answer.jsonPath();
        assertThat(estimate.getLong("images")).isEqualTo(65536);
        assertThat(estimate.getInt("classes")).isEqualTo(80);
        assertThat(estimate.getLong("parameters")).isBetween(1000L, 100_000L);
        assertThat(estimate.getLong("memory_bytes")).isBetween(350L << 20, 1L << 30);
        assertThat(estimate.getString("spec.model")).isEqualTo("estimated");
        assertThat(given().get("/train?limit=200").jsonPath().getList("jobs")).hasSize(before);
        Response wrong = given().contentType("application/json")
                .body("{\"kind\": \"gan\", \"unet\": \"tiny\", \"gan\": {\"updates\": 99}}")
                .post("/train-estimates");
        assertThat(wrong.statusCode()).isEqualTo(422);
        assertThat(wrong.jsonPath().getList("errors.pointer")).contains("/gan/updates");
    }

    @Test
    void job_unknown_isNotFound() {
        for (String path : List.of("", "/events", "/metrics", "/samples", "/samples/1", "/checkpoints", "/log")) {
            Response answer = given().get("/train/nobody" + path);
            assertThat(answer.statusCode()).as(path).isEqualTo(404);
            assertThat(answer.jsonPath().getString("type")).as(path).isEqualTo("/problems/job-not-found");
        }
        assertThat(given().post("/train/nobody/pause").statusCode()).isEqualTo(404);
    }

    @Test
    void list_badQuery_namesTheParameter() {
        Response refused = given().get("/train?limit=0&state=lost");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.jsonPath().getString("detail"))
                .contains("limit is \"0\", must be an integer, 1 … 200")
                .contains("state is \"lost\", must be one of queued, running");
        assertThat(refused.jsonPath().getList("errors.pointer")).containsExactly("/state", "/limit");
    }
}
