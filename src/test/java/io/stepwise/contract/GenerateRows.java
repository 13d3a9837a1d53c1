package io.stepwise.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.contract.Service.Answer;
import io.stepwise.image.ImageReading;
import io.stepwise.image.Pixels;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.DynamicNode;

/** {@code POST /generate}: a line for each row of the contract. */
final class GenerateRows {
    private static final String PATH = "/generate";

    private final Service service;

    GenerateRows(Service service) {
        this.service = service;
    }

    Stream<DynamicNode> all() {
        return Stream.of(
                dynamicTest("an empty body or {}", this::nothing),
                dynamicTest("model, version", this::model),
                dynamicTest("n", this::n),
                dynamicTest("seed", this::seed),
                dynamicTest("steps", this::steps),
                dynamicTest("sampler", this::sampler),
                dynamicTest("eta", this::eta),
                dynamicTest("spacing, sigma_min, sigma_max", this::spacing),
                dynamicTest("rho, churn, s_min, s_max, s_noise", this::churn),
                dynamicTest("label, guidance", this::label),
                dynamicTest("guide", this::guide),
                dynamicTest("format", this::format),
                dynamicTest("priority, deadline_ms", this::deadline),
                dynamicTest("cancel_on_disconnect", this::cancelOnDisconnect),
                dynamicTest("Accept: image/png, image/jpeg", this::images),
                dynamicTest("application/json", this::json),
                dynamicTest("headers on every form", this::headers),
                dynamicTest("text chunks of a PNG", this::parameters));
    }

    private Answer generate(String body, String accept) throws Exception {
        return service.post(PATH, body, "Accept", accept);
    }

    private JsonNode made(String body) throws Exception {
        return generate(body, Service.JSON).is(200, Service.JSON).json();
    }

    private void refused(String body, String pointer) throws Exception {
        Answer answer = generate(body, Service.JSON);
        assertThat(answer.status()).as(answer.text()).isEqualTo(422);
        assertThat(answer.json().at("/errors/0/pointer").asText()).isEqualTo(pointer);
    }

    private static Pixels pixels(JsonNode made) throws IOException {
        return ImageReading.read(made.at("/images/0/b64").binaryValue(), 1 << 20);
    }

    private static BufferedImage image(byte[] bytes) throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(bytes));
        assertThat(image).isNotNull();
        return image;
    }

    private void nothing() throws Exception {
        service.send("POST", PATH, java.net.http.HttpRequest.BodyPublishers.noBody(), "Accept", Service.PNG)
                .is(200, Service.PNG);
        generate("{}", Service.PNG).is(200, Service.PNG);
    }

    private void model() throws Exception {
        JsonNode made = made("{\"model\": \"faces\", \"version\": 1, \"steps\": 1}");
        assertThat(made.path("model").asText()).isEqualTo("faces");
        assertThat(made.path("version").asInt()).isEqualTo(1);
        generate("{\"model\": \"nobody\"}", Service.JSON).isProblem(404, "model-not-found");
        generate("{\"version\": 99}", Service.JSON).isProblem(404, "version-not-found");
    }

    private void n() throws Exception {
        assertThat(made("{\"n\": 3, \"steps\": 1}").path("images").size()).isEqualTo(3);
        refused("{\"n\": 0}", "/n");
        refused("{\"n\": 65}", "/n");
    }

    private void seed() throws Exception {
        String most = "18446744073709551615";
        assertThat(made("{\"seed\": \"" + most + "\", \"steps\": 1}")
                        .at("/images/0/seed")
                        .asText())
                .isEqualTo(most);
        JsonNode number = made("{\"seed\": 7, \"steps\": 1, \"n\": 2}");
        JsonNode text = made("{\"seed\": \"7\", \"steps\": 1, \"n\": 2}");
        assertThat(number.at("/images/0/sha256")).isEqualTo(text.at("/images/0/sha256"));
        assertThat(number.at("/images/1/sha256")).isNotEqualTo(number.at("/images/0/sha256"));
        assertThat(made("{\"steps\": 1}").at("/images/0/seed").isValueNode()).isTrue();
        refused("{\"seed\": -1}", "/seed");
    }

    private void steps() throws Exception {
        assertThat(made("{}").path("steps").asInt()).isEqualTo(20);
        refused("{\"steps\": 0}", "/steps");
        refused("{\"steps\": 1001}", "/steps");
    }

    private void sampler() throws Exception {
        assertThat(made("{\"steps\": 1}").path("sampler").asText()).isEqualTo("ddim");
        for (String sampler : List.of("ddim", "ddpm", "euler", "euler-ancestral", "heun", "dpm++2m", "unipc", "lcm")) {
            assertThat(made("{\"steps\": 3, \"sampler\": \"" + sampler + "\"}")
                            .path("sampler")
                            .asText())
                    .isEqualTo(sampler);
        }
        refused("{\"sampler\": \"magic\"}", "/sampler");
    }

    private void eta() throws Exception {
        String body = "{\"steps\": 3, \"seed\": 1, \"eta\": %s}";
        assertThat(made(body.formatted("1")).at("/images/0/sha256"))
                .isNotEqualTo(made(body.formatted("0")).at("/images/0/sha256"));
        refused("{\"eta\": 1.5}", "/eta");
        refused("{\"eta\": 0.5, \"sampler\": \"euler\"}", "/eta");
    }

    private void spacing() throws Exception {
        for (String spacing : List.of("leading", "trailing", "linspace")) {
            made("{\"steps\": 3, \"spacing\": \"" + spacing + "\"}");
        }
        for (String spacing : List.of("karras", "exponential")) {
            made("{\"steps\": 3, \"sampler\": \"euler\", \"sigma_max\": 20, \"spacing\": \"" + spacing + "\"}");
        }
        refused("{\"spacing\": \"even\"}", "/spacing");
        refused("{\"sigma_max\": 1000000}", "/sigma_max");
        refused("{\"sigma_min\": 0.001}", "/sigma_min");
    }

    private void guide() throws Exception {
        JsonNode plain = made("{\"steps\": 3, \"seed\": 1}");
        String body = "{\"steps\": 3, \"seed\": 1, \"guidance\": 2, \"guide\": {\"version\": %s}}";
        JsonNode guided = made(body.formatted(plain.get("version"))); // by itself
        assertThat(pixels(guided)).isEqualTo(pixels(plain)); // the files differ in their parameters
        refused(body.formatted("100000"), "/guide");
        refused("{\"guide\": {\"version\": 1}}", "/guidance");
    }

    private void churn() throws Exception {
        String body = "{\"steps\": 4, \"seed\": 1, \"sampler\": \"heun\", \"rho\": 6, \"churn\": %s}";
        assertThat(made(body.formatted("8, \"s_min\": 0.1, \"s_max\": 9, \"s_noise\": 1.01"))
                        .at("/images/0/sha256"))
                .isNotEqualTo(made(body.formatted("0")).at("/images/0/sha256"));
        refused("{\"churn\": 1}", "/churn");
    }

    private void label() throws Exception {
        String body = "{\"steps\": 3, \"seed\": 1, \"label\": \"red\", \"guidance\": %s}";
        JsonNode plain = made(body.formatted("1"));
        assertThat(plain.at("/images/0/label").asText()).isEqualTo("red");
        assertThat(made(body.formatted("3")).at("/images/0/sha256")).isNotEqualTo(plain.at("/images/0/sha256"));
        made("{\"steps\": 1, \"label\": 0}");
        refused("{\"label\": \"turquoise\"}", "/label");
        refused("{\"label\": \"red\", \"guidance\": -1}", "/guidance");
    }

    private void format() throws Exception {
        byte[] jpeg = Base64.getDecoder()
                .decode(made("{\"steps\": 1, \"format\": \"jpeg\"}")
                        .at("/images/0/b64")
                        .asText());
        assertThat(jpeg).startsWith(0xff, 0xd8);
        refused("{\"format\": \"webp\"}", "/format");
    }

    private void deadline() throws Exception {
        made("{\"steps\": 1, \"priority\": 9, \"deadline_ms\": 60000}");
        refused("{\"priority\": 10}", "/priority");
        refused("{\"deadline_ms\": 0}", "/deadline_ms");
        generate("{\"n\": 32, \"steps\": 1000, \"deadline_ms\": 1}", Service.JSON)
                .isProblem(504, "deadline-exceeded");
    }

    private void cancelOnDisconnect() throws Exception {
        made("{\"steps\": 1, \"cancel_on_disconnect\": false}");
        refused("{\"cancel_on_disconnect\": 1}", "/cancel_on_disconnect");
    }

    private void images() throws Exception {
        byte[] png = generate("{\"steps\": 1, \"seed\": 1}", Service.PNG)
                .is(200, Service.PNG)
                .body();
        byte[] jpeg = generate("{\"steps\": 1, \"seed\": 1}", "image/jpeg")
                .is(200, "image/jpeg")
                .body();
        assertThat(image(png).getWidth()).isEqualTo(image(jpeg).getWidth());
        byte[] sheet = generate("{\"steps\": 1, \"n\": 4}", Service.PNG)
                .is(200, Service.PNG)
                .body();
        assertThat(image(sheet).getWidth()).isGreaterThan(image(png).getWidth());
    }

    private void json() throws Exception {
        JsonNode made = made("{\"steps\": 2, \"n\": 2, \"seed\": 5}");
        for (String field : List.of(
                "id", "created", "model", "version", "checkpoint_sha256", "sampler", "steps", "images", "timings")) {
            assertThat(made.has(field)).as(field).isTrue();
        }
        for (String field : List.of("queue_ms", "compute_ms", "encode_ms", "mean_batch")) {
            assertThat(made.path("timings").path(field).isNumber()).as(field).isTrue();
        }
        for (String field : List.of("index", "seed", "sha256", "label", "b64")) {
            assertThat(made.at("/images/1").has(field)).as(field).isTrue();
        }
        byte[] second = Base64.getDecoder().decode(made.at("/images/1/b64").asText());
        assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(second)))
                .isEqualTo(made.at("/images/1/sha256").asText());
    }

    private void headers() throws Exception {
        for (String accept : List.of(Service.PNG, "image/jpeg", Service.JSON)) {
            Answer answer =
                    service.post(PATH, "{\"steps\": 1, \"seed\": 9}", "Accept", accept, "X-Request-Id", "mine-1");
            assertThat(answer.header("X-Request-Id")).isEqualTo("mine-1");
            assertThat(answer.header("X-Seed")).isEqualTo("9");
            assertThat(answer.header("X-Model-Version")).isEqualTo("1");
            assertThat(answer.header("ETag")).isNotEmpty();
            assertThat(answer.header("Server-Timing")).contains("compute");
        }
    }

    private void parameters() throws Exception {
        String png =
                new String(generate("{\"steps\": 1, \"seed\": 9}", Service.PNG).body(), StandardCharsets.ISO_8859_1);
        assertThat(png).contains("parameters", "\"seed\"", "checkpoint");
    }
}
