package io.stepwise.api.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.stepwise.data.store.TestDatasets;
import io.stepwise.upload.Uploads;
import jakarta.inject.Inject;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in the heads of answers for caches and browsers. */
@Tag("quarkus")
@QuarkusTest
class HeadersTest {
    @Inject
    TestDatasets datasets;

    @BeforeEach
    void upload() throws IOException {
        datasets.reset();
        given().contentType("application/zip")
                .body(Uploads.zip("a/a.png", Uploads.picture(1), "b/b.png", Uploads.picture(2)))
                .post("/datasets/pets");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/models", "/datasets", "/datasets/pets", "/datasets/pets/preview", "/train", "/v1/models"})
    void get_whatIsKnown_is304(String path) {
        Response first = given().get(path);
        assertThat(first.statusCode()).as(first.asString()).isEqualTo(200);
        assertThat(first.header("Cache-Control")).isEqualTo("no-cache");
        String tag = first.header("ETag");
        assertThat(tag).matches("\"[0-9a-f-]+\"");

        for (String known : new String[] {tag, "\"other\", " + tag, "W/" + tag, "*"}) {
            Response again = given().header("If-None-Match", known).get(path);
            assertThat(again.statusCode()).as(known).isEqualTo(304);
            assertThat(again.asByteArray()).isEmpty();
            assertThat(again.header("ETag")).isEqualTo(tag);
            assertThat(again.header("Content-Type")).isNull();
            assertThat(again.header("Cache-Control")).isEqualTo("no-cache");
            assertThat(again.header("X-Request-Id")).isNotEmpty();
        }
        assertThat(given().header("If-None-Match", "\"other\"").get(path).statusCode())
                .isEqualTo(200);
        Response head = given().head(path);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.header("ETag")).isEqualTo(tag);
        assertThat(head.header("Content-Length")).isEqualTo(String.valueOf(first.asByteArray().length));
        assertThat(head.asByteArray()).isEmpty();
    }

    @Test
    void anythingElse_isNotKept() {
        for (Response answer : new Response[] {
            given().get("/models/nobody"),
            given().get("/nowhere"),
            given().contentType("application/json").body("{}").post("/generate"),
            given().contentType("application/json").body("{").post("/train"),
            given().delete("/datasets/pets")
        }) {
            assertThat(answer.header("Cache-Control")).as(answer.asString()).isEqualTo("no-store");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/generate",
                "/train",
                "/train/x/resume",
                "/datasets/cats",
                "/models/x/versions",
                "/v1/images/generations",
                "/v2/models/tiny/infer"
            })
    void post_compressed_isRefusedSayingWhatToSend(String path) {
        for (String encoding : new String[] {"gzip", "identity, br", "x-unknown"}) {
            Response answer = given().header("Content-Encoding", encoding)
                    .contentType("application/json")
                    .body("{}")
                    .post(path);
            assertThat(answer.statusCode()).as(path + answer.asString()).isEqualTo(415);
            assertThat(answer.header("Accept-Encoding")).isEqualTo("identity");
            assertThat(answer.asString()).contains("Content-Encoding is \\\"" + encoding + "\\\", must be left out");
        }
        Response plain = given().header("Content-Encoding", "Identity")
                .contentType("application/json")
                .body("[]")
                .post(path);
        assertThat(plain.asString()).doesNotContain("Content-Encoding");
    }

    /** As Triton's Python client sends tensors unless it is told otherwise. */
    @Test
    void infer_withBinaryTensors_isToldWhatToDo() {
        Response answer = given().header("Inference-Header-Content-Length", "2")
                .contentType("application/octet-stream")
                .body(new byte[] {'{', '}', 1, 0, 0, 0})
                .post("/v2/models/tiny/infer");

        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.path("error").toString()).contains("binary_data=False in set_data_from_numpy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/models", "/nowhere", "/q/openapi", "/datasets/pets/preview"})
    void answer_ofAnything_isForNoSniffersAndNoFrames(String path) {
        Response answer = given().get(path);

        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("Content-Security-Policy")).contains("frame-ancestors 'none'");
    }

    @Test
    void page_isAskedForEveryTime() {
        assertThat(given().get("/").header("Cache-Control")).isEqualTo("no-cache");
    }

    @Test
    void otherOrigins_getNothingByDefault() {
        Response preflight = given().header("Origin", "https://elsewhere.example")
                .header("Access-Control-Request-Method", "POST")
                .options("/generate");
        Response simple = given().header("Origin", "https://elsewhere.example").get("/models");

        for (Response answer : new Response[] {preflight, simple}) {
            assertThat(answer.headers().asList())
                    .noneMatch(header -> header.getName().toLowerCase().startsWith("access-control-"));
        }
    }
}
