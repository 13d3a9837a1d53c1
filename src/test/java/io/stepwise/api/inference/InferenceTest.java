package io.stepwise.api.inference;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.stepwise.schema.FieldError;
import io.stepwise.serving.FakeGenerator;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.InvalidGenerationException;
import io.stepwise.serving.request.QueueFullException;
import io.stepwise.serving.request.Readiness;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /v2}: exchanges as the Open Inference Protocol's document writes them, and every refusal. */
@Tag("quarkus")
@QuarkusTest
class InferenceTest {
    private static final Path EXCHANGES = Path.of("src/test/resources/inference");
    private static final JsonMapper JSON = new JsonMapper();

    @Inject
    FakeGenerator generator;

    @BeforeEach
    void reset() {
        generator.reset();
    }

    static List<Path> exchanges() throws IOException {
        try (Stream<Path> files = Files.list(EXCHANGES)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("exchanges")
    void exchange_ofTheProtocol_isAnsweredSo(Path file) throws IOException {
        JsonNode exchange = JSON.readTree(Files.readString(file));
        String method = exchange.path("method").asText();
        String path = exchange.path("path").asText();

        Response answer = exchange.has("request")
                ? given().contentType("application/json")
                        .body(exchange.get("request").toString())
                        .request(method, path)
                : given().request(method, path);

        assertThat(answer.statusCode())
                .as(answer.asString())
                .isEqualTo(exchange.path("status").asInt());
        assertThat(answer.contentType()).startsWith("application/json");
        assertThat(JSON.readTree(answer.asString())).isEqualTo(exchange.get("response"));
    }

    @Test
    void server_isDescribedWithoutExtensions() {
        JsonPath server = given().get("/v2").jsonPath();

        assertThat(server.getString("name")).isEqualTo("stepwise");
        assertThat(server.getString("version")).isNotEmpty();
        assertThat(server.getList("extensions")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/health/ready", "/v2/models/faces/ready", "/v2/models/faces/versions/2/ready"})
    void readiness_withoutModel_is503(String path) {
        assertThat(given().get(path).statusCode()).isEqualTo(200);

        generator.readiness = new Readiness(true, false, "no model");

        Response answer = given().get(path);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.jsonPath().getBoolean("ready")).isFalse();
    }

    @Test
    void infer_withoutInputs_drawsASeedAndTellsIt() {
        JsonPath answer = infer("{\"inputs\": []}").jsonPath();

        assertThat(answer.getList("outputs.name")).containsExactly("images", "seed");
        assertThat(answer.getList("outputs[0].shape")).containsExactly(1, 8, 8, 3);
        assertThat(answer.getList("outputs[0].data")).hasSize(192);
        assertThat(answer.getLong("outputs[1].data[0]")).isEqualTo(generator.last.seed());
        assertThat(generator.last.version()).isNull();
        assertThat(generator.last.steps()).isEqualTo(20);
        assertThat(answer.getMap("")).doesNotContainKey("id");
    }

    @Test
    void infer_withSeveralSeeds_makesThemAllOfOneVersion() {
        JsonPath answer = infer(
                        """
                {"id": "7", "inputs": [
                  {"name": "seed", "shape": [3], "datatype": "INT64", "data": [5, 6, 9223372036854775807]},
                  {"name": "guidance", "shape": [1], "datatype": "FP32", "data": [2], "parameters": {"binary_data": false}},
                  {"name": "label", "shape": [3], "datatype": "BYTES", "data": ["red", "1", "blue"]}],
                 "outputs": [{"name": "seed", "parameters": {"binary_data": false}}],
                 "parameters": {"binary_data_output": false}}""")
                .jsonPath();

        assertThat(answer.getString("id")).isEqualTo("7");
        assertThat(answer.getList("outputs.name")).containsExactly("seed");
        assertThat(answer.getList("outputs[0].data", Long.class)).containsExactly(5L, 6L, Long.MAX_VALUE);
        assertThat(generator.last.label()).isEqualTo("blue");
        assertThat(generator.last.guidance()).isEqualTo(2);
        assertThat(generator.last.version()).isEqualTo(3);
        assertThat(generator.last.n()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            {}                                    | inputs is missing, must be an array; an empty one is an image of any kind
            {"inputs": 3}                         | inputs is 3, must be an array; an empty one is an image of any kind
            {"inputs": [], "id": 3}               | id is 3, must be a string
            {"inputs": [], "model": "x"}          | model is not a field of this request, must be one of [id, inputs, outputs, parameters]
            {"inputs": [], "parameters": {"priority": 1}} | parameters/priority is not a field of this request, must be one of [binary_data_output]
            {"inputs": [], "parameters": {"binary_data_output": true}} | parameters/binary_data_output is true, must be false: tensors are sent as JSON only; Triton's client needs binary_data=False in every InferInput and InferRequestedOutput
            {"inputs": [], "outputs": [{"name": "logits"}]} | outputs/0/name is "logits", must be one of "images", "seed"
            {"inputs": [], "outputs": [{}]}       | outputs/0/name is missing, must be one of "images", "seed"
            {"inputs": [], "outputs": [{"name": "seed"}, {"name": "seed"}]} | outputs/1/name is "seed", must be given once
            {"inputs": [], "outputs": [{"name": "seed", "parameters": {"binary_data": true}}]} | outputs/0/parameters/binary_data is true, must be false: tensors are sent as JSON only; Triton's client needs binary_data=False in every InferInput and InferRequestedOutput
            {"inputs": [3]}                       | inputs/0 is 3, must be an object
            {"inputs": [{"name": "prompt", "shape": [1], "datatype": "BYTES", "data": ["x"]}]} | inputs/0/name is "prompt", must be one of "seed", "steps", "label", "guidance"
            {"inputs": [{"name": "seed"}]}        | inputs/0/shape is missing, must be an array; inputs/0/datatype is missing, must be one of "INT64", "INT32", "BYTES", "FP32"; inputs/0/data is missing, must be an array of integers, numbers or strings
            {"inputs": [{"name": "seed", "shape": [1], "datatype": "FP32", "data": [1]}]} | inputs/0/datatype is "FP32", must be "INT64" for seed
            {"inputs": [{"name": "seed", "shape": [2], "datatype": "INT64", "data": [1]}]} | inputs/0/shape is [2], must be [1], as many as data has elements
            {"inputs": [{"name": "seed", "shape": [1, 1], "datatype": "INT64", "data": [1]}]} | inputs/0/shape is [1, 1], must be [1], as many as data has elements
            {"inputs": [{"name": "seed", "shape": [1], "datatype": "INT64", "data": [-1]}]} | inputs/0/data/0 is -1, must be an integer, 0 … 9223372036854775807
            {"inputs": [{"name": "seed", "shape": [1], "datatype": "INT64", "data": [1.5]}]} | inputs/0/data/0 is 1.5, must be an integer, 0 … 9223372036854775807
            {"inputs": [{"name": "steps", "shape": [1], "datatype": "INT32", "data": [0]}]} | inputs/0/data/0 is 0, must be an integer, at least 1
            {"inputs": [{"name": "label", "shape": [1], "datatype": "BYTES", "data": [1]}]} | inputs/0/data/0 is 1, must be the name or the number of a class, as a string
            {"inputs": [{"name": "guidance", "shape": [1], "datatype": "FP32", "data": [101]}]} | inputs/0/data/0 is 101, must be a number, 0 … 100
            {"inputs": [{"name": "seed", "shape": [1], "datatype": "INT64", "data": [1], "parameters": {"binary_data_size": 8}}]} | inputs/0/parameters/binary_data_size is not a field of this request, must be one of [binary_data]
            {"inputs": [{"name": "seed", "shape": [0], "datatype": "INT64", "data": []}]} | inputs/0/shape is [0], must be of 1 element or more
            {"inputs": [{"name": "seed", "shape": [1], "datatype": "INT64", "data": [1]}, {"name": "seed", "shape": [1], "datatype": "INT64", "data": [1]}]} | inputs/1/name is "seed", must be given once
            {"inputs": [{"name": "seed", "shape": [3], "datatype": "INT64", "data": [1, 2, 3]}, {"name": "steps", "shape": [2], "datatype": "INT32", "data": [1, 2]}]} | inputs have 2 elements of steps, must have 1 or, as others, 3
            {"inputs": []                         | *
            """)
    void infer_withWhatCannotBeUsed_is400WithThatOnly(String body, String expected) {
        JsonPath error = error(infer(body), 400);

        String head = expected.replaceFirst("\\*$", "");
        assertThat(error.getString("error")).startsWith(head);
        if (head.equals(expected)) {
            assertThat(error.getString("error")).isEqualTo(expected);
        }
        assertThat(generator.last).isNull();
    }

    @Test
    void infer_forMoreImagesThanAllowed_is400() {
        String seeds = "1, ".repeat(64) + "1";

        JsonPath error = error(
                infer("{\"inputs\": [{\"name\": \"seed\", \"shape\": [65], \"datatype\": \"INT64\", \"data\": [" + seeds
                        + "]}]}"),
                400);

        assertThat(error.getString("error")).isEqualTo("inputs are for 65 images, must be for 1 … 64");
    }

    @Test
    void infer_thatTheModelCannotDo_is400() {
        generator.failure =
                new InvalidGenerationException(List.of(new FieldError("/steps", "steps 2000 must be less")));

        assertThat(error(infer("{\"inputs\": []}"), 400).getString("error")).isEqualTo("steps 2000 must be less");
    }

    @Test
    void infer_whenTheQueueIsFull_is429WithRetryAfter() {
        generator.failure = new QueueFullException(Duration.ofSeconds(2));

        Response answer = infer("{\"inputs\": []}");

        error(answer, 429);
        assertThat(answer.header("Retry-After")).isEqualTo("2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v2/models/nobody",
                "/v2/models/nobody/ready",
                "/v2/models/faces/versions/9",
                "/v2/models/faces/versions/9/ready",
                "/v2/models/faces/versions/v1",
                "/v2/models/faces/versions/0/ready",
                "/v2/nowhere"
            })
    void get_ofWhatIsNotThere_is404(String path) {
        error(given().get(path), 404);
    }

    @Test
    void infer_withVersionThatIsNoNumber_is404() {
        Response answer = given().contentType("application/json")
                .body("{\"inputs\": []}")
                .post("/v2/models/faces/versions/latest/infer");

        assertThat(error(answer, 404).getString("error"))
                .isEqualTo("version of model \"faces\" is \"latest\", must be a number, at least 1");
    }

    @Test
    void group_ofWhichOneFails_givesTheOthersUp() {
        CompletableFuture<Generation> first = new CompletableFuture<>();
        CompletableFuture<Generation> second = new CompletableFuture<>();
        CompletableFuture<List<Generation>> group = GenerationGroup.of(List.of(first, second));

        second.completeExceptionally(new IllegalStateException("broken"));

        assertThat(first).isCancelled();
        assertThat(group).failsWithin(Duration.ofSeconds(5)).withThrowableThat().withMessageContaining("broken");
    }

    @Test
    void group_thatIsCancelled_givesAllUp() {
        CompletableFuture<Generation> first = new CompletableFuture<>();
        CompletableFuture<Generation> second = new CompletableFuture<>();

        GenerationGroup.of(List.of(first, second)).cancel(false);

        assertThat(first).isCancelled();
        assertThat(second).isCancelled();
    }

    private static Response infer(String body) {
        return given().contentType("application/json").body(body).post("/v2/models/faces/infer");
    }

    private static JsonPath error(Response answer, int status) {
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(status);
        assertThat(answer.contentType()).isEqualTo("application/json");
        assertThat(answer.jsonPath().getMap("")).containsOnlyKeys("error");
        return answer.jsonPath();
    }
}
