package io.stepwise.api.generate;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.stepwise.schema.FieldError;
import io.stepwise.serving.FakeGenerator;
import io.stepwise.serving.request.DeadlineExceededException;
import io.stepwise.serving.request.InvalidGenerationException;
import io.stepwise.serving.request.NotReadyException;
import io.stepwise.serving.request.QueueFullException;
import io.stepwise.serving.request.UnknownModelException;
import io.stepwise.serving.request.VersionNotFoundException;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /generate} and its surroundings where they refuse: status, type and words of every problem. */
@Tag("quarkus")
@QuarkusTest
class GenerateProblemsTest {
    @Inject
    FakeGenerator generator;

    @BeforeEach
    void reset() {
        generator.reset();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            {"n": 1,}                | line 1, column 9
            {"n": 1} {"n": 2}        | there is more after the value
            {"n": 1} x               | line 1, column 10
            {"n": 1, "n": 2}         | Duplicate field 'n'
            {"n": 01}                | line 1
            {"n": NaN}               | line 1
            {                        | line 1
            nonsense                 | line 1
            """)
    void generate_withMalformedJson_is400WithPosition(String body, String expected) {
        JsonPath problem = problem(post(body), 400, "malformed-json");

        assertThat(problem.getString("detail")).contains(expected).doesNotContain("com.fasterxml");
    }

    @Test
    void generate_withBytesThatAreNoUtf8_is400() {
        Response answer = given().contentType("application/json")
                .body(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'})
                .post("/generate");

        problem(answer, 400, "malformed-json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            {"n": 0}                          | /n        | n is 0, must be an integer, 1 … 64
            {"n": 65}                         | /n        | n is 65, must be an integer, 1 … 64
            {"n": "3"}                        | /n        | n is "3", must be an integer, 1 … 64
            {"n": 1.5}                        | /n        | n is 1.5, must be an integer, 1 … 64
            {"n": true}                       | /n        | n is true, must be an integer, 1 … 64
            {"n": 99999999999999999999}       | /n        | n is 99999999999999999999, must be an integer, 1 … 64
            {"first_index": -1}               | /first_index | first_index is -1, must be an integer, 0 … 2147483646
            {"first_index": 2147483644, "n": 4} | /first_index | first_index is 2147483644, must be an integer, 0 … 2147483643 with 4 images
            {"first_index": 1, "n": 2, "interpolate_to": 1} | /first_index | first_index is 1, must be 0 with interpolate_to
            {"steps": 0}                      | /steps    | steps is 0, must be an integer, 1 … 1000
            {"version": 0}                    | /version  | version is 0, must be an integer, at least 1
            {"version": "latest"}             | /version  | version is "latest", must be an integer, at least 1
            {"seed": -1}                      | /seed     | seed is -1, must be an integer or a string of decimal digits, 0 … 18446744073709551615
            {"seed": 18446744073709551616}    | /seed     | seed is 18446744073709551616, must be an integer or a string of decimal digits, 0 … 18446744073709551615
            {"seed": "0x1f"}                  | /seed     | seed is "0x1f", must be an integer or a string of decimal digits, 0 … 18446744073709551615
            {"seed": "1e3"}                   | /seed     | seed is "1e3", must be an integer or a string of decimal digits, 0 … 18446744073709551615
            {"eta": 1.1}                      | /eta      | eta is 1.1, must be a number, 0 … 1
            {"eta": "0"}                      | /eta      | eta is "0", must be a number, 0 … 1
            {"eta": 0, "sampler": "euler"}    | /eta      | eta is 0, must be left out for the sampler euler, which doesn't take it
            {"rho": 0}                        | /rho      | rho is 0, must be a number, 0.1 … 1000
            {"rho": 5, "spacing": "exponential"} | /rho   | rho is 5, must be left out with the spacing exponential
            {"sigma_min": 0}                  | /sigma_min | sigma_min is 0, must be a number, 0.001 … 1000000
            {"sigma_min": 1, "spacing": "leading"} | /sigma_min | sigma_min is 1, must be left out with the spacing leading
            {"sigma_max": "80"}               | /sigma_max | sigma_max is "80", must be a number, 0.001 … 1000000
            {"sigma_max": 9, "spacing": "linspace"} | /sigma_max | sigma_max is 9, must be left out with the spacing linspace
            {"sigma_min": 2, "sigma_max": 1}  | /sigma_min | sigma_min is 2, must be below sigma_max, 1.0
            {"churn": 1}                      | /churn    | churn is 1, must be left out for the sampler ddim, which doesn't take it
            {"churn": 1, "sampler": "dpm++2m"} | /churn   | churn is 1, must be left out for the sampler dpm++2m, which doesn't take it
            {"churn": -1, "sampler": "heun"}  | /churn    | churn is -1, must be a number, 0 … 1000
            {"s_min": 1, "sampler": "heun"}   | /s_min    | s_min is 1, must be left out without churn
            {"s_min": 1, "sampler": "euler-ancestral"} | /s_min | s_min is 1, must be left out for the sampler euler-ancestral, which doesn't take it
            {"s_min": 2, "s_max": 1, "churn": 5, "sampler": "euler"} | /s_min | s_min is 2, must be at most s_max, 1.0
            {"s_max": -1, "churn": 5, "sampler": "euler"} | /s_max | s_max is -1, must be a number, 0 … 1000000
            {"s_max": 5, "churn": 0, "sampler": "euler"} | /s_max | s_max is 5, must be left out without churn
            {"s_noise": 0, "sampler": "euler-ancestral"} | /s_noise | s_noise is 0, must be a number, 0.01 … 10
            {"s_noise": 1.1}                  | /s_noise  | s_noise is 1.1, must be left out for the sampler ddim, which doesn't take it
            {"s_noise": 1.1, "sampler": "heun"} | /s_noise | s_noise is 1.1, must be left out without churn
            {"s_noise": 1.1, "sampler": "euler-ancestral", "eta": 0} | /s_noise | s_noise is 1.1, must be left out with eta 0, which draws no noise
            {"variation_strength": 0.5}       | /variation_strength | variation_strength is 0.5, must be left out without variation_seed
            {"variation_seed": 1, "variation_strength": 1.1} | /variation_strength | variation_strength is 1.1, must be a number, 0 … 1
            {"variation_seed": -1}            | /variation_seed | variation_seed is -1, must be an integer or a string of decimal digits, 0 … 18446744073709551615
            {"n": 2, "interpolate_to": 1, "variation_seed": 9} | /variation_seed | variation_seed is 9, must be left out with interpolate_to
            {"n": 2, "interpolate_to": 1, "churn": 5, "sampler": "heun"} | /churn | churn is 5, must be 0 with interpolate_to: no noise is drawn on the way
            {"guidance": -1}                  | /guidance | guidance is -1, must be a number, 0 … 100
            {"guidance": 1e999}               | /guidance | guidance is 1.7976931348623157E308, must be a number, 0 … 100
            {"guide": {"version": 2}}         | /guidance | guidance must be given with guide, which does nothing at 1
            {"guide": {"version": 0}, "guidance": 2} | /guide/version | guide/version is 0, must be an integer, at least 1
            {"guide": {"model": "A"}, "guidance": 2} | /guide/model | guide/model is "A", must be a name of 1 … 64 lower-case letters, digits, '.', '_', '-', a letter or digit first, without '..'
            {"guide": {}, "guidance": 2}      | /guide    | guide is {}, must be an object with model, version or both
            {"guide": 2, "guidance": 2}       | /guide    | guide is 2, must be an object with model, version or both
            {"sampler": "plms"}               | /sampler  | sampler is "plms", must be one of "ddim", "ddpm", "euler", "euler-ancestral", "heun", "dpm++2m", "unipc", "lcm"
            {"spacing": 1}                    | /spacing  | spacing is 1, must be one of "leading", "trailing", "linspace", "karras", "exponential"
            {"label": -1}                     | /label    | label is -1, must be the name or the number of a class
            {"label": ""}                     | /label    | label is "", must be the name or the number of a class
            {"label": ["a"]}                  | /label    | label is ["a"], must be the name or the number of a class
            {"priority": -1}                  | /priority | priority is -1, must be an integer, 0 … 9
            {"priority": 10}                  | /priority | priority is 10, must be an integer, 0 … 9
            {"priority": "high"}              | /priority | priority is "high", must be an integer, 0 … 9
            {"deadline_ms": 0}                | /deadline_ms | deadline_ms is 0, must be an integer, 1 … 86400000
            {"deadline_ms": 86400001}         | /deadline_ms | deadline_ms is 86400001, must be an integer, 1 … 86400000
            {"deadline_ms": 0.5}              | /deadline_ms | deadline_ms is 0.5, must be an integer, 1 … 86400000
            {"cancel_on_disconnect": "no"}    | /cancel_on_disconnect | cancel_on_disconnect is "no", must be true or false
            {"cancel_on_disconnect": 0}       | /cancel_on_disconnect | cancel_on_disconnect is 0, must be true or false
            {"format": "gif"}                 | /format   | format is "gif", must be one of "png", "jpeg"
            {"model": "../etc"}               | /model    | model is "../etc", must be a name of 1 … 64 lower-case letters, digits, '.', '_', '-', a letter or digit first, without '..'
            {"model": "a..b"}                 | /model    | model is "a..b", must be a name of 1 … 64 lower-case letters, digits, '.', '_', '-', a letter or digit first, without '..'
            {"model": "faces\\n"}              | /model    | model is "faces\\n", must be a name of 1 … 64 lower-case letters, digits, '.', '_', '-', a letter or digit first, without '..'
            """)
    void generate_withFieldThatCannotBeUsed_is422NamingFieldValueAndRange(String body, String pointer, String detail) {
        JsonPath problem = problem(post(body), 422, "invalid-field");

        assertThat(problem.getString("detail")).isEqualTo(detail);
        assertThat(problem.getList("errors.pointer")).containsExactly(pointer);
        assertThat(problem.getList("errors.detail")).containsExactly(detail);
        assertThat(generator.last).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"n\": 2.0, \"seed\": 1e3, \"steps\": 2e1}", "{\"n\": 2, \"seed\": \"1000\", \"steps\": null}"
            })
    void generate_withIntegersAsJsonSchemaHasThem_readsThem(String body) {
        assertThat(post(body).statusCode()).isEqualTo(200);

        assertThat(generator.last.n()).isEqualTo(2);
        assertThat(generator.last.seed()).isEqualTo(1000);
        assertThat(generator.last.steps()).isEqualTo(20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Image", "scheduler", "negative_prompt", "width", "prompt", "N"})
    void generate_withFieldThatDoesNotExist_is422(String field) {
        JsonPath problem = problem(post("{\"" + field + "\": 1}"), 422, "unknown-field");

        assertThat(problem.getList("errors.pointer")).containsExactly("/" + field);
        assertThat(problem.getString("detail"))
                .startsWith(
                        field
                                + " is not a field of this request, must be one of [add_noise, cancel_on_disconnect, churn, deadline_ms, eta, ");
    }

    @Test
    void generate_withFieldNameToEscape_pointsToIt() {
        JsonPath problem = problem(post("{\"a/b~c\": 1}"), 422, "unknown-field");

        assertThat(problem.getList("errors.pointer")).containsExactly("/a~1b~0c");
    }

    @Test
    void generate_withSeveralMistakes_namesThemAll() {
        JsonPath problem =
                problem(post("{\"n\": 0, \"steps\": \"x\", \"nope\": 1, \"guidance\": 101}"), 422, "invalid-field");

        assertThat(problem.getList("errors.pointer")).containsExactly("/n", "/steps", "/guidance", "/nope");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "3", "\"a\"", "null", "true"})
    void generate_withBodyThatIsNoObject_is422(String body) {
        assertThat(problem(post(body), 422, "invalid-field").getString("detail"))
                .contains("must be an object");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            text/html              | {}                  | image/png, image/jpeg, application/json, application/zip, text/event-stream.
            image/png;q=0          | {}                  | image/png, image/jpeg, application/json, application/zip, text/event-stream.
            image/webp, text/html  | {}                  | image/png, image/jpeg, application/json, application/zip, text/event-stream.
            nonsense               | {}                  | image/png, image/jpeg, application/json, application/zip, text/event-stream.
            image/png              | {"format": "jpeg"}  | image/jpeg, application/json, application/zip, text/event-stream as format is "jpeg".
            """)
    void generate_withAcceptThatFitsNothing_is406ListingTheOffer(String accept, String body, String offer) {
        Response answer = given().header("Accept", accept)
                .contentType("application/json")
                .body(body)
                .post("/generate");

        assertThat(problem(answer, 406, "not-acceptable").getString("detail")).endsWith("must cover one of " + offer);
        assertThat(generator.last).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "application/xml"})
    void generate_withOtherMediaType_is415(String type) {
        JsonPath problem =
                problem(given().contentType(type).body("{}").post("/generate"), 415, "unsupported-media-type");

        assertThat(problem.getString("detail")).contains(type).contains("application/json");
    }

    @Test
    void generate_withGet_is405NamingPost() {
        Response answer = given().get("/generate");

        problem(answer, 405, "method-not-allowed");
        assertThat(answer.header("Allow")).isEqualTo("OPTIONS, POST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nope", "/generate/1", "/q/nope", "/a%20b%00"})
    void anything_atUnknownPath_is404(String path) {
        JsonPath problem = problem(given().urlEncodingEnabled(false).get(path), 404, "not-found");

        assertThat(problem.getString("instance")).isEqualTo(path);
    }

    @Test
    void generate_withBodyOverTheLimit_is413() throws Exception {
        byte[] body = ("{\"label\": \"" + "x".repeat(17 << 20) + "\"}").getBytes(StandardCharsets.US_ASCII);

        problem(send(HttpRequest.BodyPublishers.ofByteArray(body)));
        problem(send(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))));
    }

    private static void problem(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(JsonPath.from(answer.body()).getString("type")).isEqualTo("/problems/body-too-large");
    }

    private static HttpResponse<String> send(HttpRequest.BodyPublisher body) throws IOException, InterruptedException {
        int port = ConfigProvider.getConfig().getValue("quarkus.http.test-port", Integer.class);
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/generate"))
                .header("Content-Type", "application/json")
                .POST(body)
                .build();
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void generate_withModelOrVersionThatIsNotThere_is404() {
        generator.failure = new UnknownModelException("x", Set.of("faces"));
        JsonPath model = problem(post("{\"model\": \"x\"}"), 404, "model-not-found");
        assertThat(model.getString("detail")).isEqualTo("model is \"x\", must be one of [faces]");
        assertThat(model.getList("errors.pointer")).containsExactly("/model");

        generator.failure = new VersionNotFoundException("faces", 9, List.of(2, 1));
        JsonPath version = problem(post("{\"version\": 9}"), 404, "version-not-found");
        assertThat(version.getString("detail")).isEqualTo("version of model \"faces\" is 9, must be one of [1, 2]");
    }

    @Test
    void generate_thatTheModelCannotDo_is422() {
        generator.failure = new CompletionException(
                new InvalidGenerationException(List.of(new FieldError("/steps", "steps is 2000, must be 1 … 1000"))));

        JsonPath problem = problem(post("{\"steps\": 2000}"), 422, "invalid-field");

        assertThat(problem.getList("errors.pointer")).containsExactly("/steps");
    }

    @Test
    void generate_whenTheQueueIsFull_is429WithRetryAfter() {
        generator.failure = new QueueFullException(Duration.ofMillis(1200));

        Response answer = post("{}");

        problem(answer, 429, "queue-full");
        assertThat(answer.header("Retry-After")).isEqualTo("2");
    }

    @Test
    void generate_whenNotReady_is503WithRetryAfter() {
        generator.failure = new NotReadyException("There is no model.", Duration.ZERO);

        Response answer = post("{}");

        assertThat(problem(answer, 503, "not-ready").getString("detail")).isEqualTo("There is no model.");
        assertThat(answer.header("Retry-After")).isEqualTo("1");
    }

    @Test
    void generate_whenTimeIsOver_is504() {
        generator.failure = new DeadlineExceededException(Duration.ofSeconds(3), Duration.ofSeconds(4));

        assertThat(problem(post("{}"), 504, "deadline-exceeded").getString("detail"))
                .contains("3000 ms");
    }

    @Test
    void generate_whoseWorkIsGivenUp_is503WithoutInternals() {
        generator.failure = new CancellationException();

        Response answer = post("{}");

        assertThat(problem(answer, 503, "cancelled").getString("detail"))
                .isEqualTo("The work was cancelled before the images were made; it is worth asking again.");
        assertThat(answer.header("Retry-After")).isEqualTo("1");
    }

    @Test
    void generate_whenTheEngineFails_is500WithoutInternals() {
        generator.failure = new IllegalStateException("secret of the engine");

        Response answer = post("{}");

        problem(answer, 500, "internal-error");
        assertThat(answer.asString()).doesNotContain("secret").doesNotContain("Exception");
    }

    private static Response post(String body) {
        return given().contentType("application/json").body(body).post("/generate");
    }

    private static JsonPath problem(Response answer, int status, String type) {
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(status);
        assertThat(answer.contentType()).isEqualTo("application/problem+json");
        assertThat(answer.header("X-Request-Id")).isNotEmpty();
        JsonPath problem = answer.jsonPath();
        assertThat(problem.getInt("status")).isEqualTo(status);
        assertThat(problem.getString("type")).isEqualTo("/problems/" + type);
        assertThat(problem.getString("title")).isNotEmpty();
        assertThat(problem.getString("instance")).startsWith("/");
        assertThat(problem.getString("request_id")).isEqualTo(answer.header("X-Request-Id"));
        return problem;
    }
}
