package io.stepwise.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.contract.Service.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;

/** {@code /models}: a line for each row of the contract. */
final class ModelRows {
    private final Service service;

    ModelRows(Service service) {
        this.service = service;
    }

    Stream<DynamicNode> all() {
        return Stream.of(
                dynamicTest("GET /models", this::models),
                dynamicTest("GET /models/{name}", this::model),
                dynamicTest("GET /models/{name}/versions/{v}", this::version),
                dynamicTest("GET .../archive, POST /models/{name}/versions", this::archive),
                dynamicTest("PUT /models/{name}/served", this::served),
                dynamicTest("DELETE /models/{name}/versions/{v}", this::delete));
    }

    private void models() throws Exception {
        Answer all = service.get("/models").is(200, Service.JSON);
        assertThat(all.text()).contains("\"faces\"");
        assertThat(service.get("/models", "If-None-Match", all.header("ETag")).status())
                .isEqualTo(304);
    }

    private void model() throws Exception {
        JsonNode model = service.get("/models/faces").is(200, Service.JSON).json();
        for (String field : List.of("name", "served_version", "versions", "labels", "image_size")) {
            assertThat(model.hasNonNull(field)).as(field).isTrue();
        }
        service.get("/models/nobody").isProblem(404, "model-not-found");
    }

    private void version() throws Exception {
        JsonNode version =
                service.get("/models/faces/versions/1").is(200, Service.JSON).json();
        assertThat(version.at("/manifest/checkpoint_sha256").asText()).matches("[0-9a-f]{64}");
        service.get("/models/faces/versions/99").isProblem(404, "version-not-found");
    }

    private Answer upload(byte[] archive, String... headers) throws Exception {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Content-Type";
        all[headers.length + 1] = "application/zip";
        return service.send("POST", "/models/copy/versions", BodyPublishers.ofByteArray(archive), all);
    }

    private String pixels(String model) throws Exception {
        return service.post(
                        "/generate",
                        "{\"steps\": 3, \"seed\": 7, \"n\": 2, \"model\": \"" + model + "\"}",
                        "Accept",
                        "image/jpeg")
                .is(200, "image/jpeg")
                .text();
    }

    private void archive() throws Exception {
        Answer archive = service.get("/models/faces/versions/1/archive").is(200, "application/zip");
        assertThat(archive.header("Content-Disposition")).contains("faces-1.zip");
        assertThat(service.get("/models/faces/versions/1/archive", "If-None-Match", archive.header("ETag"))
                        .status())
                .isEqualTo(304);
        Answer first = upload(archive.body());
        assertThat(first.is(201, Service.JSON).header("Location")).isEqualTo("/models/copy/versions/1");
        assertThat(first.json().at("/manifest/checkpoint_sha256"))
                .isEqualTo(service.get("/models/faces/versions/1").json().at("/manifest/checkpoint_sha256"));
        for (String replayed : new String[] {"", "true"}) {
            Answer second = upload(archive.body(), "Idempotency-Key", "rows").is(201, Service.JSON);
            assertThat(second.header("Location")).isEqualTo("/models/copy/versions/2");
            assertThat(second.header("Idempotency-Replayed")).isEqualTo(replayed);
        }
        assertThat(pixels("copy")).isEqualTo(pixels("faces"));
        upload("no zip".getBytes(java.nio.charset.StandardCharsets.UTF_8)).isProblem(422, "invalid-model");
    }

    private void served() throws Exception {
        String path = "/models/copy/served";
        assertThat(service.json("PUT", path, "{\"version\": 1}")
                        .is(200, Service.JSON)
                        .json()
                        .path("served_version")
                        .asInt())
                .isEqualTo(1);
        Answer made = service.post("/generate", "{\"model\": \"copy\", \"steps\": 1}");
        assertThat(made.header("X-Model-Version")).isEqualTo("1");
        assertThat(service.json("PUT", path, "{\"version\": \"latest\"}")
                        .json()
                        .path("served_version")
                        .asInt())
                .isEqualTo(2);
        service.json("PUT", path, "{\"version\": 1}", "If-Match", "\"old\"").isProblem(412, "precondition-failed");
        service.json("PUT", path, "{\"version\": 9}").isProblem(404, "version-not-found");
    }

    private void delete() throws Exception {
        service.send("DELETE", "/models/copy/versions/2", BodyPublishers.noBody())
                .isProblem(409, "version-in-use");
        assertThat(service.send("DELETE", "/models/copy/versions/1", BodyPublishers.noBody())
                        .status())
                .isEqualTo(204);
        service.get("/models/copy/versions/1").isProblem(404, "version-not-found");
    }
}
