package io.stepwise.api.models;

import static io.restassured.RestAssured.given;
import static io.stepwise.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.VersionMetadata;
import io.stepwise.serving.versions.Damage;
import io.stepwise.serving.versions.ServingModels;
import io.stepwise.serving.versions.Workshop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code /models}, and the whole service around it, with the smallest networks of the golden data. */
@Tag("quarkus")
@QuarkusTest
@TestProfile(ModelsResourceTest.Tiny.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModelsResourceTest {
    private static final Path TINY =
            Path.of(System.getProperty("golden.dir")).toAbsolutePath().resolve("unet-tiny");
    private static final String FOLDER = "models.resource.test";

    /** The real generator, on a repository of its own. */
    public static final class Tiny implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "quarkus.arc.exclude-types", "io.stepwise.serving.FakeGenerator",
                    "stepwise.models", folder().toString(),
                    "stepwise.model", "plain",
                    "stepwise.engine.max-batch", "2",
                    "stepwise.engine.memory", "64M",
                    "stepwise.reload.interval", "50ms");
        }

        /** Made once, by whichever of the class loaders comes first. */
        private static synchronized Path folder() {
            try {
                if (System.getProperty(FOLDER) == null) {
                    Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "models");
                    ServingModels.publish(folder.toAbsolutePath());
                    System.setProperty(FOLDER, folder.toAbsolutePath().toString());
                }
                return Path.of(System.getProperty(FOLDER));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private final ModelRepository repository =
            new ModelRepository(Path.of(ConfigProvider.getConfig().getValue("stepwise.models", String.class)));

    private Workshop workshop(String model) throws IOException {
        return new Workshop(repository, model, TINY, VersionMetadata.NONE);
    }

    private static void awaitReady() throws Exception {
        await("the service is ready", () -> given().get("/q/health/ready").statusCode() == 200);
    }

    private static JsonPath get(String path) {
        Response answer = given().get(path);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        assertThat(answer.contentType()).startsWith("application/json");
        return answer.jsonPath();
    }

    private static Response put(String model, String body) {
        return given().contentType("application/json").body(body).put("/models/" + model + "/served");
    }

    private static String generatedBy(String model) {
        Response answer = given().contentType("application/json")
                .body("{\"steps\": 2, \"model\": \"" + model + "\"}")
                .post("/generate");
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        return answer.header("X-Model-Version");
    }

    private static JsonPath problem(Response answer, int status, String type) {
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(status);
        assertThat(answer.contentType()).startsWith("application/problem+json");
        assertThat(answer.jsonPath().getString("type")).isEqualTo("/problems/" + type);
        return answer.jsonPath();
    }

    @Test
    void models_ofTheRepository_areAllListed() throws Exception {
        awaitReady();
        JsonPath models = get("/models");

        assertThat(models.getList("models.name", String.class))
                .contains("plain", "labelled")
                .isSorted();
        assertThat(models.getBoolean("models.find { it.name == 'plain' }.default"))
                .isTrue();
        assertThat(models.getBoolean("models.find { it.name == 'labelled' }.default"))
                .isFalse();
        assertThat(models.getList("models.find { it.name == 'labelled' }.labels", String.class))
                .hasSize(9)
                .startsWith("a", "b");
    }

    @Test
    void model_thatIsServed_tellsWhatServes() throws Exception {
        awaitReady();
        JsonPath model = get("/models/labelled");

        assertThat(model.getInt("served_version")).isEqualTo(1);
        assertThat(model.getString("served")).isEqualTo("latest");
        assertThat(model.getString("problem")).isNull();
        assertThat(model.getInt("image_size.width")).isEqualTo(model.getInt("image_size.height"));
        assertThat(model.getInt("versions[0].version")).isEqualTo(1);
        assertThat(model.getBoolean("versions[0].serves")).isTrue();
        assertThat(model.getString("versions[0].refused")).isNull();
        assertThat(get("/models/plain").getBoolean("versions[0].loaded")).isTrue();
    }

    @Test
    void model_askedForAgain_isNotSentAgain() throws Exception {
        awaitReady();
        Response first = given().get("/models/import-plain");
        String tag = first.header("ETag");
        assertThat(tag).matches("\"[0-9a-f]{64}\"");

        Response again = given().header("If-None-Match", tag).get("/models/import-plain");
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.asByteArray()).isEmpty();
        assertThat(given().header("If-None-Match", "\"x\"")
                        .get("/models/import-plain")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void version_ofAModel_tellsWhatItIs() throws Exception {
        JsonPath version = get("/models/labelled/versions/1");

        assertThat(version.getString("model")).isEqualTo("labelled");
        assertThat(version.getInt("version")).isEqualTo(1);
        assertThat(version.getBoolean("serves")).isTrue();
        assertThat(version.getString("manifest.created")).matches("\\d{4}-.*Z");
        assertThat(version.getList("manifest.labels")).hasSize(9);
        assertThat(version.getList("manifest.files.path", String.class))
                .contains("unet/config.json", "scheduler/scheduler_config.json")
                .isSorted();
        String weights = "manifest.files.find { it.path == 'unet/diffusion_pytorch_model.safetensors' }";
        assertThat(version.getString(weights + ".sha256")).isEqualTo(version.getString("manifest.checkpoint_sha256"));
        assertThat(version.getInt("manifest.size")).isGreaterThan(version.getInt(weights + ".size"));
        assertThat(version.getLong("unet.parameters")).isPositive();
        assertThat(version.getInt("unet.num_class_embeds")).isEqualTo(10);
        assertThat(version.getInt("scheduler.num_train_timesteps")).isPositive();
    }

    @Test
    void anything_thatDoesNotExist_is404() {
        JsonPath model = problem(given().get("/models/nobody"), 404, "model-not-found");
        assertThat(model.getString("detail")).contains("\"nobody\"", "plain");
        assertThat(model.getList("errors")).as("no field names it").isNull();
        problem(given().get("/models/Not%20A%20Name"), 404, "model-not-found");
        assertThat(problem(given().get("/models/plain/versions/99"), 404, "version-not-found")
                        .getString("detail"))
                .contains("99", "must be one of");
        problem(given().get("/models/nobody/versions/1"), 404, "model-not-found");
        problem(given().get("/models/plain/versions/first"), 404, "not-found");
        problem(put("nobody", "{\"version\": 1}"), 404, "model-not-found");
        assertThat(problem(put("plain", "{\"version\": 99}"), 404, "version-not-found")
                        .getString("errors[0].pointer"))
                .isEqualTo("/version");
    }

    @Test
    void methods_thatThereAreNot_are405() {
        assertThat(given().delete("/models").statusCode()).isEqualTo(405);
        assertThat(given().post("/models/plain/served").header("Allow")).isEqualTo("OPTIONS, PUT");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            {}                            | invalid-field | version is missing
            {"version": null}             | invalid-field | version is null, must be the number of a version, or "latest"
            {"version": 0}                | invalid-field | version is 0, must be the number of a version, or "latest"
            {"version": 1.5}              | invalid-field | version is 1.5
            {"version": "1"}              | invalid-field | version is "1"
            {"version": "newest"}         | invalid-field | version is "newest"
            {"version": 1, "model": "x"}  | unknown-field | model is not a field
            """)
    void served_withoutSense_is422(String body, String type, String detail) {
        JsonPath problem = problem(put("plain", body), 422, type);

        assertThat(problem.getString("detail")).contains(detail);
    }

    @Test
    void served_soundVersion_answersOnceItServes() throws Exception {
        Workshop workshop = workshop("pinned");
        workshop.publish(0);
        workshop.publish(1);

        JsonPath pinned = put("pinned", "{\"version\": 1}").jsonPath();
        assertThat(pinned.getInt("served_version")).isEqualTo(1);
        assertThat(pinned.getInt("served")).isEqualTo(1);
        assertThat(pinned.getList("versions.serves")).isEqualTo(List.of(true, false));
        assertThat(generatedBy("pinned")).isEqualTo("1");

        JsonPath latest = put("pinned", "{\"version\": \"latest\"}").jsonPath();
        assertThat(latest.getInt("served_version")).isEqualTo(2);
        assertThat(latest.getString("served")).isEqualTo("latest");
        assertThat(generatedBy("pinned")).isEqualTo("2");
    }

    @Test
    void served_brokenVersion_is409AndChangesNothing() throws Exception {
        Workshop workshop = workshop("broken");
        workshop.publish(0);
        put("broken", "{\"version\": 1}");
        ModelVersion version = workshop.publish(Damage.BIT_FLIPPED);
        byte[] settings = Files.readAllBytes(repository.path("broken").resolve("model.json"));

        for (String body : List.of("{\"version\": 2}", "{\"version\": \"latest\"}")) {
            assertThat(problem(put("broken", body), 409, "version-refused").getString("detail"))
                    .contains("version 2", "sha256");
        }
        assertThat(repository.path("broken").resolve("model.json")).hasBinaryContent(settings);
        assertThat(generatedBy("broken")).isEqualTo("1");
        assertThat(get("/models/broken").getString("versions[1].refused")).contains("sha256");
        assertThat(get("/models/broken/versions/2").getString("refused")).contains("sha256");
        problem(
                given().contentType("application/json")
                        .body("{\"model\": \"broken\", \"version\": 2}")
                        .post("/generate"),
                409,
                "version-refused");

        Files.writeString(version.folder().resolve("unet/config.json"), "{");
        JsonPath unreadable = get("/models/broken/versions/2");
        assertThat(unreadable.getString("unet")).isNull();
        assertThat(unreadable.getString("manifest.created")).isNotNull();
    }

    /** What operators see of a swap: readiness and metrics name the version that serves now. */
    @Test
    void publish_newVersionOfTheDefaultModel_isSeenEverywhere() throws Exception {
        awaitReady();
        ModelVersion next = workshop("plain").publish(1);
        String serving = "Serving plain version " + next.number() + ".";
        await("the new version serves", () -> given().get("/q/health/ready")
                .jsonPath()
                .getList("checks.data.detail")
                .contains(serving));

        assertThat(generatedBy("plain")).isEqualTo(String.valueOf(next.number()));
        assertThat(metrics())
                .contains("stepwise_model_version{model=\"plain\"} " + next.number() + ".0")
                .containsPattern("stepwise_reloads_total\\{model=\"plain\",outcome=\"loaded\"} [2-9]")
                .contains("stepwise_reload_seconds_count{model=\"plain\"}")
                .contains("stepwise_models_memory_bytes")
                .contains("stepwise_engine_batch{model=\"plain\",version=\"" + next.number() + "\"}");
        await("the old one has left", () -> !metrics()
                .contains("stepwise_engine_batch{model=\"plain\",version=\"" + (next.number() - 1) + "\"}"));
    }

    private static String metrics() {
        return given().header("Accept", "application/openmetrics-text;version=1.0.0,*/*;q=0.1")
                .get("/q/metrics")
                .asString();
    }
}
