package io.stepwise.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.contract.Service.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;

/** What is beside the service's own paths: a line for each row of the contract. */
final class BesideRows {

    private final Service service;

    BesideRows(Service service) {
        this.service = service;
    }

    Stream<DynamicNode> all() {
        return Stream.of(
                dynamicTest("/q/health/live, /ready, /started", this::health),
                dynamicTest("/q/metrics", this::metrics),
                dynamicTest("/q/openapi is openapi.yaml", this::openapi),
                dynamicTest("the page at /", this::page),
                dynamicTest("GET /engines/events", this::engines),
                dynamicTest("GET /schedules/{name}", this::schedule),
                dynamicTest("POST /noise", this::noise),
                dynamicTest("GET /v1/models", this::openAiModels),
                dynamicTest("POST /v1/images/generations", this::openAi),
                dynamicTest("Idempotency-Key of POST /v1/images/generations", this::openAiTwice),
                dynamicTest("/v2, /v2/health/*", this::inferenceServer),
                dynamicTest("/v2/models/{m}[/versions/{v}][/ready]", this::inferenceModels),
                dynamicTest("/v2/models/{m}[/versions/{v}]/infer", this::infer));
    }

    private void health() throws Exception {
        Service nobody = service.with("");
        for (String probe : new String[] {"live", "ready", "started"}) {
            nobody.get("/q/health/" + probe).is(200, Service.JSON);
        }
    }

    private void metrics() throws Exception {
        assertThat(service.get("/q/metrics").text()).contains("stepwise_step_seconds_count");
    }

    private void openapi() throws Exception {
        assertThat(service.get("/q/openapi").body()).isEqualTo(Files.readAllBytes(Path.of("openapi.yaml")));
    }

    private void page() throws Exception {
        assertThat(service.get("/").is(200, "text/html").text()).contains("<title>Stepwise");
    }

    private void engines() throws Exception {
        CompletableFuture<Answer> made = CompletableFuture.supplyAsync(() -> {
            try {
                Thread.sleep(500);
                return service.post("/generate", "{\"steps\": 30, \"label\": \"red\"}");
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        });
        String events = service.begin("/engines/events", line -> line.contains("\"took_ms\":"));
        assertThat(events).contains("event:queue", "event:steps", "\"model\":\"faces version");
        made.get().is(200, Service.PNG);
    }

    private void schedule() throws Exception {
        JsonNode tables = service.get("/schedules/cosine?max_beta=0.02&timesteps=500")
                .is(200, Service.JSON)
                .json();
        assertThat(tables.path("betas").size()).isEqualTo(500);
        service.get("/schedules/cosine", "Accept", Service.PNG).is(200, Service.PNG);
        service.get("/schedules/cosine", "Accept", "image/svg+xml").is(200, "image/svg+xml");
        service.get("/schedules/cubic").isProblem(404, "not-found");
    }

    private void noise() throws Exception {
        byte[] face = service.post("/generate", "{\"steps\": 2}", "Accept", Service.PNG)
                .is(200, Service.PNG)
                .body();
        String body = "{\"at\": [0, 999], \"image\": \"" + Base64.getEncoder().encodeToString(face) + "\"}";
        service.post("/noise", body).is(200, Service.PNG);
        JsonNode made = service.post("/noise", body, "Accept", Service.JSON)
                .is(200, Service.JSON)
                .json();
        assertThat(made.at("/images/1/b64").binaryValue()).startsWith(0x89, 'P', 'N', 'G');
    }

    private void openAiModels() throws Exception {
        assertThat(service.get("/v1/models").is(200, Service.JSON).text()).contains("\"faces\"");
    }

    private void openAi() throws Exception {
        String path = "/v1/images/generations";
        JsonNode made = service.post(
                        path,
                        "{\"prompt\": \"red\", \"n\": 2, \"size\": \"auto\", \"seed\": 7, \"steps\": 2,"
                                + " \"response_format\": \"b64_json\"}")
                .is(200, Service.JSON)
                .json();
        assertThat(Base64.getDecoder().decode(made.at("/data/1/b64_json").asText()))
                .startsWith(0x89, 'P', 'N', 'G');
        assertThat(service.post(path, "{\"prompt\": \"\", \"steps\": 2, \"stream\": true}")
                        .is(200, "text/event-stream")
                        .text())
                .contains("image_generation.completed");
        assertThat(service.post(path, "{\"prompt\": \"a cat\"}")
                        .is(400, Service.JSON)
                        .text())
                .contains("red", "\"param\":\"prompt\"");
    }

    private void openAiTwice() throws Exception {
        String path = "/v1/images/generations";
        String key = "rows-" + System.nanoTime();
        String body = "{\"prompt\": \"\", \"steps\": 2}";
        Answer first = service.post(path, body, "Idempotency-Key", key).is(200, Service.JSON);
        Answer again = service.post(path, body, "Idempotency-Key", key).is(200, Service.JSON);
        assertThat(again.json()).isEqualTo(first.json());
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        service.post(path, "{\"prompt\": \"red\"}", "Idempotency-Key", key).is(400, Service.JSON);
    }

    private void inferenceServer() throws Exception {
        assertThat(service.get("/v2").is(200, Service.JSON).text()).contains("stepwise");
        service.with("").get("/v2/health/live").is(200, Service.JSON);
        service.with("").get("/v2/health/ready").is(200, Service.JSON);
    }

    private void inferenceModels() throws Exception {
        for (String path : new String[] {"", "/ready", "/versions/1", "/versions/1/ready"}) {
            service.get("/v2/models/faces" + path).is(200, Service.JSON);
        }
        assertThat(service.get("/v2/models/nobody").is(404, Service.JSON).text())
                .contains("\"error\"");
    }

    private void infer() throws Exception {
        String body = "{\"inputs\": [{\"name\": \"seed\", \"shape\": [2], \"datatype\": \"INT64\", \"data\": [1, 2]},"
                + " {\"name\": \"steps\", \"shape\": [1], \"datatype\": \"INT32\", \"data\": [2]}]}";
        for (String path : new String[] {"/v2/models/faces/infer", "/v2/models/faces/versions/1/infer"}) {
            JsonNode images = service.post(path, body)
                    .is(200, Service.JSON)
                    .json()
                    .path("outputs")
                    .get(0);
            assertThat(images.path("datatype").asText()).isEqualTo("UINT8");
            assertThat(images.path("shape").get(0).asInt()).isEqualTo(2);
            assertThat(images.path("shape").get(3).asInt()).isEqualTo(3);
        }
    }
}
