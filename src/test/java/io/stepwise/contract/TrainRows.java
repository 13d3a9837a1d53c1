package io.stepwise.contract;

import static io.stepwise.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.contract.Service.Answer;
import io.stepwise.upload.Uploads;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;

/** {@code /train} and {@code /datasets}: a line for each row of the contract, in an order in which they can be. */
final class TrainRows {
    private static final String ALL_FIELDS =
            """
            {"model": "rows", "dataset": "rows", "steps": %s, "batch_size": 2, "image_size": 16, "seed": "3",
             "unet": {"block_out_channels": [8], "down_block_types": ["DownBlock2D"], "up_block_types": ["UpBlock2D"],
                      "layers_per_block": 1, "norm_num_groups": 4, "add_attention": false},
             "schedule": "linear", "timesteps": 100, "prediction": "v_prediction", "loss_weighting": "plain",
             "optimizer": {"type": "adamw"}, "learning_rate": 0.001, "lr_schedule": "constant", "warmup_steps": 1,
             "gradient_clip": 1, "gradient_accumulation": 1, "ema_decay": 0.9, "ema_warmup": {"power": 0.75}, "post_hoc_ema": true,
             "label_dropout": 0.1, "flip": false, "precision": "f32", "checkpoint_every": 10, "sample_every": 10,
             "validation": {"share": 0.1, "every": 10}, "publish": "%s", "publish_as": "release", "publish_metric": "sliced_wasserstein",
             "early_stop": null, "init_from": null, "resume_from": null}
            """;

    private final Service service;
    private String done = "";

    TrainRows(Service service) {
        this.service = service;
    }

    Stream<DynamicNode> all() {
        return Stream.of(
                dynamicTest("POST /datasets/{name}", this::upload),
                dynamicTest("GET /datasets, /datasets/{name}, /preview", this::datasets),
                dynamicTest("POST /train with every field", this::train),
                dynamicTest("Idempotency-Key", this::twice),
                dynamicTest("each field is checked", this::fields),
                dynamicTest("GET /train, GET /train/{id}", this::list),
                dynamicTest("GET /train/{id}/events", this::events),
                dynamicTest("GET /train/{id}/metrics", this::metrics),
                dynamicTest("GET /train/{id}/samples, /samples/{step}", this::samples),
                dynamicTest("GET /train/{id}/checkpoints", this::checkpoints),
                dynamicTest("POST /train-estimates", this::estimate),
                dynamicTest("a version of a checkpoint", this::publishCheckpoint),
                dynamicTest("resume_from", this::resumeFrom),
                dynamicTest("pause, resume, cancel", this::lead),
                dynamicTest("DELETE /train/{id}", this::deleteJob),
                dynamicTest("DELETE /datasets/{name}", this::delete));
    }

    private void deleteJob() throws Exception {
        String waiting = submit(1_000_000, "never");
        service.send("DELETE", "/train/" + waiting, BodyPublishers.noBody()).isProblem(409, "wrong-state");
        service.post("/train/" + waiting + "/cancel", "").is(200, Service.JSON);
        for (String over : List.of(waiting, done)) {
            await(
                    "the job has no process",
                    () -> service.send("DELETE", "/train/" + over, BodyPublishers.noBody())
                                    .status()
                            == 204);
            service.get("/train/" + over).isProblem(404, "job-not-found");
            service.send("DELETE", "/train/" + over, BodyPublishers.noBody()).isProblem(404, "job-not-found");
        }
        service.get("/models/rows").is(200, Service.JSON);
    }

    private static byte[] archive() {
        return Uploads.zip("a/1.png", Uploads.picture(16, 16, 10), "b/2.png", Uploads.picture(16, 16, 200));
    }

    private Answer upload(String key, byte[] archive) throws Exception {
        return service.send(
                "POST",
                "/datasets/rows",
                BodyPublishers.ofByteArray(archive),
                "Content-Type",
                "application/zip",
                "Idempotency-Key",
                key);
    }

    private void upload() throws Exception {
        Answer zip = upload("rows", archive()).is(201, Service.JSON);
        assertThat(zip.header("Location")).isEqualTo("/datasets/rows");
        assertThat(zip.header("Idempotency-Replayed")).isEmpty();
        Answer again = upload("rows", archive()).is(201, Service.JSON);
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(again.json()).isEqualTo(zip.json());
        upload("rows", Uploads.zip("a/1.png", Uploads.picture(3))).isProblem(422, "key-reused");
        upload("others", archive()).isProblem(409, "dataset-exists");
        String form = "--x\r\nContent-Disposition: form-data; name=\"labels.csv\"\r\n\r\nfile,label\r\na.png,cat\r\n"
                + "\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n";
        java.io.ByteArrayOutputStream body = new java.io.ByteArrayOutputStream();
        body.writeBytes(form.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        body.writeBytes(Uploads.picture(16, 16, 5));
        body.writeBytes("\r\n--x--\r\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        Answer multipart = service.send(
                "POST",
                "/datasets/form",
                BodyPublishers.ofByteArray(body.toByteArray()),
                "Content-Type",
                "multipart/form-data; boundary=x");
        assertThat(multipart.is(201, Service.JSON).json().at("/labels/0/name").asText())
                .isEqualTo("cat");
    }

    private void datasets() throws Exception {
        assertThat(service.get("/datasets").is(200, Service.JSON).text()).contains("\"rows\"", "\"faces\"");
        assertThat(service.get("/datasets/rows")
                        .is(200, Service.JSON)
                        .json()
                        .path("images")
                        .asInt())
                .isEqualTo(2);
        service.get("/datasets/rows/preview?n=2&size=16").is(200, Service.PNG);
        service.get("/datasets/nothing").isProblem(404, "dataset-not-found");
    }

    private String submit(int steps, String publish) throws Exception {
        Answer answer = service.post("/train", ALL_FIELDS.formatted(steps, publish));
        String id = answer.is(202, Service.JSON).json().path("id").asText();
        assertThat(answer.header("Location")).endsWith("/train/" + id);
        return id;
    }

    private String state(String id) throws Exception {
        return service.get("/train/" + id)
                .is(200, Service.JSON)
                .json()
                .path("state")
                .asText();
    }

    private void train() throws Exception {
        done = submit(20, "every_checkpoint");
        await("the job has ended", () -> List.of("succeeded", "failed").contains(state(done)));
        assertThat(state(done)).as(service.get("/train/" + done).text()).isEqualTo("succeeded");
    }

    private void twice() throws Exception {
        String key = "rows-" + System.nanoTime();
        String body = ALL_FIELDS.formatted(1_000_000, "never");
        List<CompletableFuture<Answer>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(CompletableFuture.supplyAsync(() -> {
                try {
                    return service.post("/train", body, "Idempotency-Key", key);
                } catch (Exception e) {
                    throw new CompletionException(e);
                }
            }));
        }
        Set<String> places = new HashSet<>();
        int made = 0;
        for (CompletableFuture<Answer> each : all) {
            Answer answer = each.join().is(202, Service.JSON);
            places.add(answer.header("Location"));
            made += answer.header("Idempotency-Replayed").isEmpty() ? 1 : 0;
        }
        assertThat(places).hasSize(1);
        assertThat(made).isEqualTo(1);
        service.post("/train", ALL_FIELDS.formatted(7, "never"), "Idempotency-Key", key)
                .isProblem(422, "key-reused");
        String id = service.post("/train", body, "Idempotency-Key", key)
                .json()
                .path("id")
                .asText();
        service.post("/train/" + id + "/cancel", "").is(200, Service.JSON);
        await("the job is cancelled", () -> state(id).equals("cancelled"));
        assertThat(service.post("/train", body, "Idempotency-Key", key)
                        .is(202, Service.JSON)
                        .json()
                        .path("state")
                        .asText())
                .isEqualTo("cancelled");
    }

    private void fields() throws Exception {
        Map<String, String> wrong = Map.ofEntries(
                Map.entry("model", "\"A b\""),
                Map.entry("dataset", "\"nothing-here\""),
                Map.entry("steps", "0"),
                Map.entry("batch_size", "0"),
                Map.entry("image_size", "3"),
                Map.entry("seed", "-1"),
                Map.entry("unet", "\"huge\""),
                Map.entry("schedule", "\"none\""),
                Map.entry("timesteps", "1"),
                Map.entry("prediction", "\"x\""),
                Map.entry("loss_weighting", "\"x\""),
                Map.entry("optimizer", "\"x\""),
                Map.entry("learning_rate", "0"),
                Map.entry("lr_schedule", "\"x\""),
                Map.entry("warmup_steps", "-1"),
                Map.entry("gradient_clip", "-1"),
                Map.entry("gradient_accumulation", "0"),
                Map.entry("ema_decay", "2"),
                Map.entry("ema_warmup", "{\"power\": -1}"),
                Map.entry("post_hoc_ema", "1"),
                Map.entry("label_dropout", "2"),
                Map.entry("flip", "1"),
                Map.entry("precision", "\"f8\""),
                Map.entry("checkpoint_every", "-1"),
                Map.entry("sample_every", "-1"),
                Map.entry("validation", "{\"share\": 2}"),
                Map.entry("publish", "\"x\""),
                Map.entry("publish_as", "\"x\""),
                Map.entry("publish_metric", "\"kernel_distance\""),
                Map.entry("early_stop", "{\"patience\": 0}"),
                Map.entry("init_from", "{\"model\": \"nobody\"}"),
                Map.entry("resume_from", "\"nobody/step-1\""));
        for (Map.Entry<String, String> each : wrong.entrySet()) {
            Answer answer = service.post("/train", "{\"" + each.getKey() + "\": " + each.getValue() + "}");
            assertThat(answer.status()).as(each + " " + answer.text()).isEqualTo(422);
            assertThat(answer.json().at("/errors/0/pointer").asText())
                    .as(answer.text())
                    .startsWith("/" + each.getKey());
        }
        service.post("/train", "{\"stepz\": 1}").is(422, Service.PROBLEM);
    }

    private void list() throws Exception {
        JsonNode jobs = service.get("/train?limit=1&state=succeeded")
                .is(200, Service.JSON)
                .json();
        assertThat(jobs.at("/jobs/0/id").asText()).isEqualTo(done);
        JsonNode job = service.get("/train/" + done).is(200, Service.JSON).json();
        assertThat(job.path("step").asInt()).isEqualTo(20);
        assertThat(job.path("steps").asInt()).isEqualTo(20);
        assertThat(job.path("error").isNull()).isTrue();
        for (String field : List.of("loss", "images_per_s", "seconds_left")) {
            assertThat(job.has(field)).as(field).isTrue();
        }
        service.get("/train/nobody").isProblem(404, "job-not-found");
    }

    private void events() throws Exception {
        String events = service.get("/train/" + done + "/events")
                .is(200, "text/event-stream")
                .text();
        assertThat(events)
                .contains("event:queued", "event:started", "event:metrics", "event:published", "event:finished");
        String last = events.replaceAll("(?s).*\nid:(\\d+)\n.*", "$1");
        assertThat(last).matches("\\d+");
        String before = String.valueOf(Integer.parseInt(last) - 1);
        String rest = service.get("/train/" + done + "/events", "Last-Event-ID", before)
                .text();
        assertThat(rest).contains("event:finished").doesNotContain("event:queued");
        assertThat(service.get("/train/" + done + "/events", "Last-Event-ID", last)
                        .status())
                .isEqualTo(204);
    }

    private void metrics() throws Exception {
        String path = "/train/" + done + "/metrics";
        assertThat(service.get(path).is(200, Service.JSON).json().path("rows").size())
                .isPositive();
        assertThat(service.get(path, "Accept", "text/csv").is(200, "text/csv").text())
                .startsWith("step,loss");
        service.get(path, "Accept", Service.PNG).is(200, Service.PNG);
        Answer plot = service.get(path, "Accept", "image/svg+xml").is(200, "image/svg+xml");
        assertThat(plot.header("Vary")).isEqualTo("Accept");
        service.get(path, "Accept", "text/html").isProblem(406, "not-acceptable");
    }

    private void samples() throws Exception {
        JsonNode samples =
                service.get("/train/" + done + "/samples").is(200, Service.JSON).json();
        assertThat(samples.at("/samples/0/step").asInt()).isEqualTo(10);
        Answer first = service.get(samples.at("/samples/0/url").asText()).is(200, Service.PNG);
        assertThat(service.get(samples.at("/samples/0/url").asText(), "If-None-Match", first.header("ETag"))
                        .status())
                .isEqualTo(304);
        service.get("/train/" + done + "/samples/7").isProblem(404, "not-found");
    }

    private void checkpoints() throws Exception {
        JsonNode all = service.get("/train/" + done + "/checkpoints")
                .is(200, Service.JSON)
                .json();
        assertThat(all.at("/checkpoints/0/step").asInt()).isEqualTo(10);
        assertThat(all.at("/checkpoints/0/published_version").asInt()).isEqualTo(1);
        assertThat(all.at("/checkpoints/1/published_version").asInt()).isEqualTo(2);
    }

    private void estimate() throws Exception {
        JsonNode estimate = service.post("/train-estimates", ALL_FIELDS.formatted(500, "never"))
                .is(200, Service.JSON)
                .json();
        assertThat(estimate.path("judged_by").asText()).as("the job before").isEqualTo(done);
        assertThat(estimate.path("seconds").asDouble())
                .isEqualTo(500 * 2 / estimate.path("images_per_s").asDouble());
        service.post("/train-estimates", "{\"steps\": 0}").isProblem(422, "invalid-field");
    }

    private void publishCheckpoint() throws Exception {
        String body = "{\"from_run\": \"" + done + "\", \"step\": 10, \"publish_as\": \"candidate\"}";
        JsonNode version = service.post("/models/rows/versions", body)
                .is(201, Service.JSON)
                .json();
        assertThat(version.at("/manifest/step").asInt()).isEqualTo(10);
        assertThat(version.at("/manifest/attributes/candidate").asText()).isEqualTo("true");
        assertThat(version.path("serves").asBoolean()).isFalse();
        for (String wrong : List.of("\"step\": 7", "\"publish_as\": \"both\"")) {
            service.post("/models/rows/versions", "{\"from_run\": \"" + done + "\", " + wrong + "}")
                    .isProblem(422, "invalid-field");
        }
    }

    private void resumeFrom() throws Exception {
        String body = ALL_FIELDS
                .formatted(30, "never")
                .replace("\"resume_from\": null", "\"resume_from\": \"" + done + "/step-20\"");
        String id = service.post("/train", body)
                .is(202, Service.JSON)
                .json()
                .path("id")
                .asText();
        await("the job has ended", () -> List.of("succeeded", "failed").contains(state(id)));
        assertThat(state(id)).as(service.get("/train/" + id).text()).isEqualTo("succeeded");
    }

    private void lead() throws Exception {
        String id = submit(1_000_000, "never");
        await("the job runs", () -> state(id).equals("running"));
        service.send("DELETE", "/datasets/rows", BodyPublishers.noBody()).isProblem(409, "dataset-in-use");
        service.post("/train/" + id + "/resume", "").isProblem(409, "wrong-state");
        service.post("/train/" + id + "/pause", "").is(200, Service.JSON);
        await("the job is paused", () -> state(id).equals("paused"));
        service.post("/train/" + id + "/pause", "").isProblem(409, "wrong-state");
        service.post("/train/" + id + "/resume", "").is(200, Service.JSON);
        await("the job runs again", () -> state(id).equals("running"));
        service.post("/train/" + id + "/cancel", "").is(200, Service.JSON);
        await("the job is cancelled", () -> state(id).equals("cancelled"));
        service.post("/train/" + id + "/cancel", "").isProblem(409, "wrong-state");
    }

    private void delete() throws Exception {
        assertThat(service.send("DELETE", "/datasets/rows", BodyPublishers.noBody())
                        .status())
                .isEqualTo(204);
        service.send("DELETE", "/datasets/rows", BodyPublishers.noBody()).isProblem(404, "dataset-not-found");
    }
}
