package io.stepwise.api.openai;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.schema.FieldError;
import io.stepwise.serving.FakeGenerator;
import io.stepwise.serving.FakeModelDirectory;
import io.stepwise.serving.request.DeadlineExceededException;
import io.stepwise.serving.request.InvalidGenerationException;
import io.stepwise.serving.request.NotReadyException;
import io.stepwise.serving.request.QueueFullException;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /v1}: every field, every refusal, and errors in OpenAI's form. */
@Tag("quarkus")
@QuarkusTest
class OpenAiTest {
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};
    private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8};

    @Inject
    FakeGenerator generator;

    @BeforeEach
    void reset() {
        generator.reset();
    }

    @Test
    void generate_withoutAnything_answersOneImageOfAnyKind() {
        Response answer = given().post("/v1/images/generations");

        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        assertThat(answer.contentType()).isEqualTo("application/json");
        JsonPath json = answer.jsonPath();
        assertThat(json.getLong("created")).isEqualTo(1735787045);
        assertThat(json.getString("background")).isEqualTo("opaque");
        assertThat(json.getString("output_format")).isEqualTo("png");
        assertThat(json.getString("size")).isEqualTo("8x8");
        assertThat(json.getList("data")).hasSize(1);
        assertThat(decoded(json, "data[0].b64_json")).startsWith(PNG);
        assertThat(answer.header("X-Model-Version")).isEqualTo("3");
        assertThat(answer.header("X-Seed")).isEqualTo(Long.toUnsignedString(generator.last.seed()));
        assertThat(generator.last.label()).isNull();
        assertThat(generator.last.steps()).isEqualTo(20);
        assertThat(generator.last.version()).isNull();
    }

    @Test
    void generate_withEveryField_honoursIt() {
        Response answer = post(
                """
                {"prompt": " red ", "model": "digits", "n": 2, "size": "8x8", "response_format": "b64_json",
                 "output_format": "jpeg", "stream": false, "partial_images": 0, "seed": "18446744073709551615",
                 "steps": 7, "guidance": 2.5, "sampler": "heun", "user": "anna", "quality": "standard",
                 "background": "opaque", "moderation": "auto", "style": null, "output_compression": 100}""");

        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        assertThat(answer.jsonPath().getList("data")).hasSize(2);
        assertThat(answer.jsonPath().getString("output_format")).isEqualTo("jpeg");
        assertThat(decoded(answer.jsonPath(), "data[1].b64_json")).startsWith(JPEG);
        assertThat(answer.header("X-Seed")).isEqualTo("18446744073709551615");
        assertThat(generator.last.model()).isEqualTo("digits");
        assertThat(generator.last.label()).isEqualTo("red");
        assertThat(generator.last.n()).isEqualTo(2);
        assertThat(generator.last.seed()).isEqualTo(-1);
        assertThat(generator.last.steps()).isEqualTo(7);
        assertThat(generator.last.guidance()).isEqualTo(2.5);
        assertThat(generator.last.sampler()).isEqualTo(SamplerName.HEUN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            {"prompt": ""}                        | `null`
            {"prompt": "  "}                      | `null`
            {"prompt": null}                      | `null`
            {"prompt": "2"}                       | 2
            {"prompt": "blue", "size": "auto"}    | blue
            {"prompt": "blue", "quality": "auto"} | blue
            """)
    void generate_withPrompt_asksForItsClass(String body, String label) {
        assertThat(post(body).statusCode()).isEqualTo(200);

        assertThat(String.valueOf(generator.last.label())).isEqualTo(label);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            {"prompt": "a cat"}               | prompt | prompt is "a cat", must be one of [black, red, blue] or a number 0 … 2, or empty for any; faces understands no other words
            {"prompt": "Red"}                 | prompt | prompt is "Red", must be one of [black, red, blue] or a number 0 … 2, or empty for any; faces understands no other words
            {"prompt": "3"}                   | prompt | prompt is "3", must be one of [black, red, blue] or a number 0 … 2, or empty for any; faces understands no other words
            {"prompt": 1}                     | prompt | prompt is 1, must be a string
            {"prompt": "red", "model": "plain"} | prompt | prompt is "red", must be empty: the model has no classes; plain understands no other words
            {"n": 0}                          | n | n is 0, must be an integer, 1 … 10
            {"n": 11}                         | n | n is 11, must be an integer, 1 … 10
            {"n": "2"}                        | n | n is "2", must be an integer, 1 … 10
            {"model": 3}                      | model | model is 3, must be the id of a model
            {"size": "1024x1024"}             | size | size is "1024x1024", must be one of "auto", "8x8"
            {"response_format": "url"}        | response_format | response_format is "url", must be "b64_json": images are not kept, so there is no URL to give
            {"output_format": "webp"}         | output_format | output_format is "webp", must be one of "png", "jpeg"
            {"stream": "yes"}                 | stream | stream is "yes", must be true or false
            {"partial_images": 2}             | partial_images | partial_images is 2, must be 0 where stream isn't true
            {"partial_images": 4}             | partial_images | partial_images is 4, must be an integer, 0 … 3
            {"seed": -1}                      | seed | seed is -1, must be an integer or a string of decimal digits, 0 … 18446744073709551615
            {"steps": 0}                      | steps | steps is 0, must be an integer, 1 … 1000
            {"guidance": 101}                 | guidance | guidance is 101, must be a number, 0 … 100
            {"sampler": "plms"}               | sampler | sampler is "plms", must be one of "ddim", "ddpm", "euler", "euler-ancestral", "heun", "dpm++2m", "unipc", "lcm"
            {"user": "a\\nb"}                 | user | user is "a\\nb", must be 1 … 256 characters without line breaks
            {"quality": "hd"}                 | quality | quality is "hd", must be one of "auto", "standard"
            {"style": "vivid"}                | style | style is "vivid", must be left out: models here have none
            {"background": "transparent"}     | background | background is "transparent", must be one of "auto", "opaque"
            {"moderation": "low"}             | moderation | moderation is "low", must be one of "auto"
            {"output_compression": 50}        | output_compression | output_compression is 50, must be an integer, 100 … 100
            """)
    void generate_withFieldThatCannotBeHonoured_is400NamingFieldValueAndRange(
            String body, String param, String message) {
        JsonPath error = error(post(body), 400, "invalid_request_error", "invalid_value");

        assertThat(error.getString("error.message")).isEqualTo(message);
        assertThat(error.getString("error.param")).isEqualTo(param);
        assertThat(generator.last).isNull();
    }

    @Test
    void generate_withUnknownField_is400() {
        JsonPath error = error(post("{\"negative_prompt\": \"x\"}"), 400, "invalid_request_error", "unknown_parameter");

        assertThat(error.getString("error.param")).isEqualTo("negative_prompt");
        assertThat(error.getString("error.message")).contains("output_format", "partial_images");
    }

    @Test
    void generate_withMalformedBody_is400() {
        error(post("{\"n\": 1,}"), 400, "invalid_request_error", "malformed_json");
        error(post("[]"), 400, "invalid_request_error", "invalid_value");
        Response text = given().contentType("text/plain").body("{}").post("/v1/images/generations");
        error(text, 415, "invalid_request_error", "unsupported_media_type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dall-e-3", "gpt-image-1", "../etc", ""})
    void generate_withModelThatIsNotThere_is404ListingThem(String model) {
        JsonPath error = error(post("{\"model\": \"" + model + "\"}"), 404, "invalid_request_error", "model_not_found");

        assertThat(error.getString("error.message")).contains("[digits, faces, plain]");
        assertThat(error.getString("error.param")).isEqualTo("model");
    }

    @Test
    void generate_streamed_sendsAnEventPerImage() {
        Response answer = post("{\"stream\": true, \"n\": 2, \"prompt\": \"red\", \"partial_images\": 0}");

        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        assertThat(answer.contentType()).startsWith("text/event-stream");
        String[] events = answer.asString().split("\n\n", -1);
        assertThat(events).hasSize(3).endsWith("");
        for (int i = 0; i < 2; i++) {
            String[] lines = events[i].split("\n", -1);
            assertThat(lines).hasSize(2);
            assertThat(lines[0]).isEqualTo("event: image_generation.completed");
            JsonPath event = JsonPath.from(lines[1].substring("data: ".length()));
            assertThat(event.getString("type")).isEqualTo("image_generation.completed");
            assertThat(decoded(event, "b64_json")).startsWith(PNG);
            assertThat(event.getLong("created_at")).isEqualTo(1735787045);
            assertThat(event.getString("size")).isEqualTo("8x8");
            assertThat(event.getString("quality")).isEqualTo("auto");
            assertThat(event.getInt("usage.input_tokens_details.text_tokens")).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void generate_withPartialImages_showsEachThatOften(int partial) {
        Response answer = post("{\"stream\": true, \"n\": 2, \"steps\": 8, \"partial_images\": " + partial + "}");

        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        assertThat(answer.header("X-Request-Id")).isNotEmpty();
        List<JsonPath> events = Arrays.stream(answer.asString().split("\n\n", -1))
                .filter(text -> text.contains("data: "))
                .map(text -> JsonPath.from(text.substring(text.indexOf("data: ") + 6)))
                .toList();
        assertThat(events)
                .extracting(event -> event.getString("type"))
                .filteredOn("image_generation.partial_image"::equals)
                .hasSize(2 * partial);
        for (JsonPath event : events) {
            boolean done = event.getString("type").equals("image_generation.completed");
            assertThat(decoded(event, "b64_json")).startsWith(PNG);
            assertThat(event.getMap("").containsKey("usage")).isEqualTo(done);
            assertThat(event.getMap("").containsKey("partial_image_index")).isEqualTo(!done);
        }
        assertThat(events)
                .filteredOn(event -> event.get("partial_image_index") != null)
                .extracting(event -> event.getInt("partial_image_index"))
                .containsOnly(IntStream.range(0, partial).boxed().toArray(Integer[]::new));
    }

    @Test
    void generate_thatTheModelCannotDo_is400InTheClientsWords() {
        generator.failure = new InvalidGenerationException(List.of(new FieldError("/label", "label must be given")));

        JsonPath error = error(post("{\"stream\": true}"), 400, "invalid_request_error", "invalid_value");

        assertThat(error.getString("error.param")).isEqualTo("prompt");
    }

    @Test
    void generate_thatIsNotServed_saysWhyAndWhenToAskAgain() {
        generator.failure = new QueueFullException(Duration.ofSeconds(2));
        Response full = post("{}");
        error(full, 429, "requests", "queue_full");
        assertThat(full.header("Retry-After")).isEqualTo("2");

        generator.failure = new NotReadyException("There is no model.", Duration.ZERO);
        Response notReady = post("{}");
        assertThat(error(notReady, 503, "server_error", "not_ready").getString("error.message"))
                .isEqualTo("There is no model.");
        assertThat(notReady.header("Retry-After")).isEqualTo("1");

        generator.failure = new DeadlineExceededException(Duration.ofSeconds(3), Duration.ofSeconds(4));
        error(post("{}"), 504, "server_error", "deadline_exceeded");

        generator.failure = new IllegalStateException("secret");
        Response failed = post("{}");
        error(failed, 500, "server_error", "internal_error");
        assertThat(failed.asString()).doesNotContain("secret");
    }

    @Test
    void unknownPathsAndMethods_areRefusedInOpenAisForm() {
        error(given().get("/v1/chat/completions"), 404, "invalid_request_error", "unknown_url");
        for (String path : new String[] {"/v1/images/edits", "/v1/images/variations"}) {
            Response notOffered = given().multiPart("image", "a.png", new byte[] {1}, "image/png")
                    .post(path);
            error(notOffered, 404, "invalid_request_error", "unknown_url");
            assertThat(notOffered.jsonPath().getString("error.message")).contains("POST /generate", "mask");
        }
        Response delete = given().delete("/v1/models/faces");
        error(delete, 405, "invalid_request_error", "method_not_supported");
        assertThat(delete.header("Allow")).isEqualTo("GET, HEAD, OPTIONS");
    }

    @Test
    void models_areListedAndDescribed() {
        JsonPath list = given().get("/v1/models").jsonPath();
        assertThat(list.getString("object")).isEqualTo("list");
        assertThat(list.getList("data.id")).containsExactly("digits", "faces", "plain");

        JsonPath model = given().get("/v1/models/faces").jsonPath();
        assertThat(model.getString("id")).isEqualTo("faces");
        assertThat(model.getString("object")).isEqualTo("model");
        assertThat(model.getString("owned_by")).isEqualTo("stepwise");
        assertThat(model.getLong("created")).isEqualTo(FakeModelDirectory.CREATED.getEpochSecond());
        assertThat(model.getList("labels")).isEqualTo(FakeModelDirectory.LABELS);
        assertThat(model.getString("size")).isEqualTo("8x8");

        error(given().get("/v1/models/gpt-image-1"), 404, "invalid_request_error", "model_not_found");
    }

    private static byte[] decoded(JsonPath json, String path) {
        return Base64.getDecoder().decode(json.getString(path));
    }

    private static Response post(String body) {
        return given().contentType("application/json").body(body).post("/v1/images/generations");
    }

    private static JsonPath error(Response answer, int status, String type, String code) {
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(status);
        assertThat(answer.contentType()).isEqualTo("application/json");
        assertThat(answer.header("X-Request-Id")).isNotEmpty();
        JsonPath error = answer.jsonPath();
        assertThat(error.getMap("")).containsOnlyKeys("error");
        assertThat(error.getMap("error")).containsOnlyKeys("message", "type", "param", "code");
        assertThat(error.getString("error.message")).isNotEmpty();
        assertThat(error.getString("error.type")).isEqualTo(type);
        assertThat(error.getString("error.code")).isEqualTo(code);
        return error;
    }
}
