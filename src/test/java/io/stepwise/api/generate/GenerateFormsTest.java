package io.stepwise.api.generate;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.stepwise.api.access.Sha256;
import io.stepwise.diffusion.sampler.SamplerOptions;
import io.stepwise.diffusion.sampler.Spacing;
import io.stepwise.image.PngText;
import io.stepwise.schema.MessageJson;
import io.stepwise.serving.FakeGenerator;
import jakarta.inject.Inject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /generate} where it succeeds: the forms of its answer and their headers. */
@Tag("quarkus")
@QuarkusTest
class GenerateFormsTest {
    private static final JsonMapper JSON = new JsonMapper();

    @Inject
    FakeGenerator generator;

    @BeforeEach
    void reset() {
        generator.reset();
    }

    @Test
    void generate_withoutBodyOrAccept_answersOnePng() throws IOException {
        Response answer = given().when().post("/generate");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.contentType()).isEqualTo("image/png");
        assertThat(image(answer.asByteArray()).getWidth()).isEqualTo(FakeGenerator.SIDE);
        assertThat(generator.last.n()).isEqualTo(1);
        assertThat(generator.last.steps()).isEqualTo(20);
        assertThat(generator.last.seed()).isBetween(0L, MessageJson.MAX_SAFE);
    }

    @Test
    void generate_withoutAnyHeader_answersOnePng() throws IOException, InterruptedException {
        int port = ConfigProvider.getConfig().getValue("quarkus.http.test-port", Integer.class);
        HttpRequest bare = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/generate"))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();

        HttpResponse<byte[]> answer = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(bare, HttpResponse.BodyHandlers.ofByteArray());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("image/png");
    }

    @Test
    void generate_withoutSeed_drawsAnotherOneEachTime() {
        String first = given().post("/generate").header("X-Seed");
        String second = given().post("/generate").header("X-Seed");

        assertThat(first).matches("[0-9]+").isNotEqualTo(second);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            image/png                                   | {}                   | image/png
            image/jpeg                                  | {}                   | image/jpeg
            application/json                            | {}                   | application/json
            */*                                         | {}                   | image/png
            */*                                         | {"format": "jpeg"}   | image/jpeg
            image/*                                     | {"format": "jpeg"}   | image/jpeg
            application/json, text/plain, */*           | {}                   | application/json
            image/png;q=0.2, image/jpeg;q=0.9           | {}                   | image/jpeg
            image/*;q=0.5, application/json             | {}                   | application/json
            image/png;q=0, */*;q=0.1                    | {}                   | image/jpeg
            text/html, IMAGE/PNG                        | {}                   | image/png
            """)
    void generate_withAccept_answersWhatIsPreferred(String accept, String body, String expected) {
        Response answer = given().header("Accept", accept)
                .contentType("application/json")
                .body(body)
                .post("/generate");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.contentType()).isEqualTo(expected);
        assertThat(answer.header("Vary")).isEqualTo("Accept");
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/png", "image/jpeg", "application/json"})
    void generate_inEveryForm_hasItsHeaders(String accept) {
        Response answer = post("{\"seed\": 18446744073709551615}", accept);

        assertThat(answer.header("X-Seed")).isEqualTo("18446744073709551615");
        assertThat(answer.header("X-Model-Version")).isEqualTo("3");
        assertThat(answer.header("X-Request-Id")).matches("[0-9a-f-]{36}");
        assertThat(answer.header("ETag")).matches("(W/)?\"[0-9a-f]{64}\"");
        assertThat(answer.header("Server-Timing"))
                .matches("queue;dur=1\\.000, compute;dur=2500\\.000, encode;dur=\\d+\\.\\d{3}");
    }

    @Test
    void generate_twiceTheSame_hasTheSameEtag() {
        String body = "{\"seed\": 7, \"n\": 2}";

        assertThat(post(body, "image/png").header("ETag"))
                .isEqualTo(post(body, "image/png").header("ETag"))
                .isNotEqualTo(post("{\"seed\": 8, \"n\": 2}", "image/png").header("ETag"));
        assertThat(post(body, "application/json").header("ETag"))
                .isEqualTo(post(body, "application/json").header("ETag"));
    }

    @Test
    void generate_severalAsPng_isAContactSheetInTheOrderOfTheIndex() throws IOException {
        BufferedImage sheet = image(post("{\"seed\": 7, \"n\": 3}", "image/png").asByteArray());

        int cell = FakeGenerator.SIDE + 2;
        assertThat(sheet.getWidth()).isEqualTo(2 + 2 * cell);
        assertThat(sheet.getHeight()).isEqualTo(2 + 2 * cell);
        assertThat(sheet.getRaster().getSample(2 + cell, 2, 0))
                .isEqualTo(FakeGenerator.pixels(7, 1).sample(0, 0, 0));
        assertThat(sheet.getRaster().getSample(2 + 3, 2 + cell, 1))
                .isEqualTo(FakeGenerator.pixels(7, 2).sample(3, 0, 1));
        assertThat(sheet.getRaster().getSample(2 + cell, 2 + cell, 0)).isEqualTo(255);
    }

    @Test
    void generate_asJson_tellsEverything() throws IOException {
        Response answer = post(
                "{\"model\": \"faces\", \"version\": 2, \"n\": 2, \"seed\": \"42\", \"steps\": 5, \"label\": 1}",
                "application/json");
        JsonNode json = JSON.readTree(answer.asByteArray());

        assertThat(json.path("id").textValue()).isEqualTo("gen-1");
        assertThat(json.path("created").textValue()).isEqualTo("2025-01-02T03:04:05Z");
        assertThat(json.path("model").textValue()).isEqualTo("faces");
        assertThat(json.path("version").intValue()).isEqualTo(2);
        assertThat(json.path("checkpoint_sha256").textValue()).isEqualTo(FakeGenerator.CHECKPOINT);
        assertThat(json.path("sampler").textValue()).isEqualTo("ddim");
        assertThat(json.path("steps").intValue()).isEqualTo(5);
        assertThat(json.path("timings").path("queue_ms").doubleValue()).isEqualTo(1);
        assertThat(json.path("timings").path("compute_ms").doubleValue()).isEqualTo(2500);
        assertThat(json.path("timings").path("encode_ms").isNumber()).isTrue();
        assertThat(json.path("timings").path("mean_batch").doubleValue()).isEqualTo(4.5);
        assertThat(json.path("images")).hasSize(2);
        JsonNode second = json.path("images").path(1);
        byte[] png = Base64.getDecoder().decode(second.path("b64").textValue());
        assertThat(second.path("index").intValue()).isEqualTo(1);
        assertThat(second.path("seed").longValue()).isEqualTo(42);
        assertThat(second.path("label").textValue()).isEqualTo("1");
        assertThat(second.path("sha256").textValue()).isEqualTo(Sha256.hex(png));
        assertThat(image(png).getRaster().getSample(3, 4, 2))
                .isEqualTo(FakeGenerator.pixels(42, 1).sample(3, 4, 2));
    }

    @Test
    void generate_withFirstIndex_makesTheImagesFromThere() throws IOException {
        JsonNode batch = JSON.readTree(post("{\"n\": 3, \"seed\": 42, \"first_index\": 5}", "application/json")
                .asByteArray());
        Response alone = post("{\"seed\": 42, \"first_index\": 7}", "image/png");

        assertThat(batch.path("images"))
                .extracting(image -> image.path("index").intValue())
                .containsExactly(5, 6, 7);
        JsonNode parameters = JSON.readTree(PngText.read(alone.asByteArray()).get("parameters"));
        assertThat(parameters.path("first_index").intValue()).isEqualTo(7);
        assertThat(parameters.path("index").intValue()).isEqualTo(7);
        byte[] last = Base64.getDecoder().decode(batch.at("/images/2/b64").textValue());
        assertThat(image(alone.asByteArray()).getRaster().getSample(3, 4, 2))
                .isEqualTo(image(last).getRaster().getSample(3, 4, 2))
                .isEqualTo(FakeGenerator.pixels(42, 7).sample(3, 4, 2));
    }

    @Test
    void generate_asJsonWithFormat_encodesTheImagesInIt() throws IOException {
        JsonNode json =
                JSON.readTree(post("{\"format\": \"jpeg\"}", "application/json").asByteArray());

        byte[] jpeg = Base64.getDecoder().decode(json.at("/images/0/b64").textValue());
        assertThat(jpeg).startsWith(0xff, 0xd8, 0xff);
        assertThat(json.at("/images/0").has("label")).isTrue();
        assertThat(json.at("/images/0/label").isNull()).isTrue();
    }

    @Test
    void generate_withSeedBeyondDoubles_tellsItAsString() throws IOException {
        JsonNode small = JSON.readTree(
                post("{\"seed\": 9007199254740991}", "application/json").asByteArray());
        JsonNode large = JSON.readTree(
                post("{\"seed\": 9007199254740992}", "application/json").asByteArray());

        assertThat(small.at("/images/0/seed").isNumber()).isTrue();
        assertThat(large.at("/images/0/seed").textValue()).isEqualTo("9007199254740992");
    }

    @Test
    void generate_asPng_carriesWhatMadeIt() throws IOException {
        Response answer = post(
                "{\"seed\": 5, \"eta\": 0.5, \"label\": \"wink\", \"spacing\": \"trailing\","
                        + " \"priority\": 1, \"deadline_ms\": 60000, \"cancel_on_disconnect\": false}",
                "image/png");

        JsonNode parameters = JSON.readTree(PngText.read(answer.asByteArray()).get("parameters"));
        assertThat(parameters)
                .isEqualTo(JSON.readTree(
                        """
                        {"model": "faces", "version": 3, "n": 1, "seed": 5, "first_index": 0, "steps": 20, "sampler": "ddim", "eta": 0.5,
                         "spacing": "trailing", "label": "wink", "guidance": 1.0,
                         "checkpoint_sha256": "%s", "index": 0}
                        """
                                .formatted(FakeGenerator.CHECKPOINT)));
    }

    @Test
    void generate_withChurn_canBeMadeAgainFromThePngAlone() throws IOException {
        byte[] made = post(
                        "{\"seed\": 5, \"sampler\": \"heun\", \"spacing\": \"karras\", \"rho\": 6, \"churn\": 40,"
                                + " \"s_min\": 0.05, \"s_max\": 50, \"s_noise\": 1.003}",
                        "image/png")
                .asByteArray();
        SamplerOptions first = generator.last.options();
        assertThat(first).isEqualTo(new SamplerOptions(null, Spacing.KARRAS, 6.0, null, null, 40.0, .05, 50.0, 1.003));

        ObjectNode parameters = (ObjectNode) JSON.readTree(PngText.read(made).get("parameters"));
        parameters.remove(List.of("checkpoint_sha256", "index"));
        post(parameters.toString(), "image/png");

        assertThat(generator.last.options()).isEqualTo(first);
    }

    @Test
    void generate_withAllFields_handsThemOver() {
        Response answer = post(
                "{\"model\": \"x\", \"version\": 9, \"n\": 64, \"seed\": 1, \"steps\": 50, \"sampler\": \"dpm++2m\","
                        + " \"spacing\": \"karras\", \"rho\": 5, \"sigma_min\": 0.1, \"sigma_max\": 20, \"label\": \"wink\", \"guidance\": 2.5, \"guide\": {\"version\": 2}, \"format\": null,"
                        + " \"variation_seed\": 8, \"variation_strength\": 0.5,"
                        + " \"priority\": 9, \"deadline_ms\": 86400000, \"cancel_on_disconnect\": false}",
                "application/json");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(generator.last.toString())
                .isEqualTo(
                        "GenerationRequest[model=x, version=9, n=64, seed=1, firstIndex=0, steps=50, sampler=DPMPP_2M,"
                                + " options=SamplerOptions[eta=null, spacing=KARRAS, rho=5.0, sigmaMin=0.1, sigmaMax=20.0,"
                                + " churn=null, sMin=null, sMax=null, sNoise=null], label=wink, guidance=2.5, guide=GuideReference[model=null, version=2], priority=9, deadline=PT24H, source=null,"
                                + " interpolateTo=null, variationSeed=8, variationStrength=0.5]");
    }

    @Test
    void generate_withoutPriorityAndDeadline_hasTheirDefaults() {
        post("{\"priority\": null, \"deadline_ms\": null, \"cancel_on_disconnect\": null}", "image/png");

        assertThat(generator.last.priority()).isEqualTo(5);
        assertThat(generator.last.deadline()).isNull();
    }

    @Test
    void generate_withLowestPriorityAndShortestDeadline_handsThemOver() {
        Response answer = post("{\"priority\": 0, \"deadline_ms\": 1}", "application/json");

        assertThat(generator.last.priority()).isZero();
        assertThat(generator.last.deadline()).isEqualTo(Duration.ofMillis(1));
        assertThat(answer.asString()).doesNotContain("priority", "deadline");
    }

    @Test
    void generate_withBodyTooLargeForTheEventLoop_readsItAll() {
        Response answer = post(" ".repeat(100_000) + "{\"seed\": 3}", "image/png");

        assertThat(answer.header("X-Seed")).isEqualTo("3");
    }

    @Test
    void generate_withRequestId_repeatsIt() {
        assertThat(given().header("X-Request-Id", "abc-1.2:3").post("/generate").header("X-Request-Id"))
                .isEqualTo("abc-1.2:3");
        assertThat(given().header("X-Request-Id", "no spaces").post("/generate").header("X-Request-Id"))
                .matches("[0-9a-f-]{36}");
    }

    private static Response post(String body, String accept) {
        return given().header("Accept", accept)
                .contentType("application/json")
                .body(body)
                .post("/generate");
    }

    private static BufferedImage image(byte[] encoded) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(encoded));
    }
}
