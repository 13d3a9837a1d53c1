package io.stepwise.api.models;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.stepwise.api.generate.GeneratedPng;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.VersionMetadata;
import io.stepwise.serving.versions.Damage;
import io.stepwise.serving.versions.Workshop;
import io.stepwise.upload.Uploads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Versions of models that come in, go out and go, over HTTP, with the real generator. */
@Tag("quarkus")
@QuarkusTest
@TestProfile(ModelsResourceTest.Tiny.class)
class ModelVersionsTest {
    private static final Path TINY =
            Path.of(System.getProperty("golden.dir")).toAbsolutePath().resolve("unet-tiny");
    private static final String SCHEDULER = "scheduler_config.json";
    private static final String WEIGHTS = "diffusion_pytorch_model.safetensors";

    private final ModelRepository repository =
            new ModelRepository(Path.of(ConfigProvider.getConfig().getValue("stepwise.models", String.class)));

    private static byte[] file(String name) throws IOException {
        return Files.readAllBytes(TINY.resolve(name));
    }

    private static byte[] archive(Object config, byte[] weights) throws IOException {
        return Uploads.zip("config.json", config, SCHEDULER, file(SCHEDULER), WEIGHTS, weights);
    }

    private static String configWith(String key, String value) throws IOException {
        return new String(file("config.json"), StandardCharsets.UTF_8)
                .replaceFirst("\"" + key + "\": *[^,]+,", "\"" + key + "\": " + value + ",");
    }

    private static Response upload(String model, byte[] archive) {
        return given().contentType("application/zip").body(archive).post("/models/" + model + "/versions");
    }

    private static byte[] image(String model, int version) {
        Response answer = given().contentType("application/json")
                .accept("image/png")
                .body("{\"steps\": 2, \"seed\": 7, \"model\": \"" + model + "\", \"version\": " + version + "}")
                .post("/generate");
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        return answer.asByteArray();
    }

    private static JsonPath problem(Response answer, int status, String type) {
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(status);
        assertThat(answer.contentType()).startsWith("application/problem+json");
        assertThat(answer.jsonPath().getString("type")).isEqualTo("/problems/" + type);
        return answer.jsonPath();
    }

    private List<String> hidden() throws IOException {
        return Uploads.names(repository.root()).stream()
                .filter(name -> name.startsWith("."))
                .toList();
    }

    @Test
    void import_ofWhatWasExported_makesTheSameImages() throws IOException {
        Response made = upload("first", archive(file("config.json"), file(WEIGHTS)));
        assertThat(made.statusCode()).as(made.asString()).isEqualTo(201);
        assertThat(made.header("Location")).isEqualTo("/models/first/versions/1");
        assertThat(made.header("Cache-Control")).isEqualTo("no-store");
        assertThat(made.jsonPath().getInt("version")).isEqualTo(1);

        Response archive = given().get(made.header("Location") + "/archive");
        assertThat(archive.statusCode()).as(archive.asString()).isEqualTo(200);
        assertThat(archive.contentType()).isEqualTo("application/zip");
        assertThat(archive.header("Content-Disposition")).isEqualTo("attachment; filename=\"first-1.zip\"");
        assertThat(archive.header("Content-Length")).isEqualTo(String.valueOf(archive.asByteArray().length));
        Response copy = upload("second", archive.asByteArray());
        assertThat(copy.statusCode()).as(copy.asString()).isEqualTo(201);

        assertThat(copy.jsonPath().getString("manifest.checkpoint_sha256"))
                .isEqualTo(made.jsonPath().getString("manifest.checkpoint_sha256"))
                .isEqualTo(repository.version("second", 1).manifest().checkpointSha256());
        assertThat(GeneratedPng.pixels(image("second", 1))).isEqualTo(GeneratedPng.pixels(image("first", 1)));
        assertThat(hidden()).isEmpty();
    }

    @Test
    void import_sameKeyAndFiles_isTheSameVersion() throws IOException {
        byte[] archive = archive(file("config.json"), file(WEIGHTS));
        byte[] wrapped = Uploads.zip(
                "x/config.json", file("config.json"), "x/" + SCHEDULER, file(SCHEDULER), "x/" + WEIGHTS, file(WEIGHTS));
        Response first = keyed("twice", "import-1", archive);
        assertThat(first.statusCode()).as(first.asString()).isEqualTo(201);

        Response again = keyed("twice", "import-1", archive);

        assertThat(again.statusCode()).as(again.asString()).isEqualTo(201);
        assertThat(again.header("Location")).isEqualTo(first.header("Location"));
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(first.header("Idempotency-Replayed")).isNull();
        assertThat(first.jsonPath().getMap("manifest.attributes")).containsOnlyKeys("imported_from");
        problem(keyed("twice", "import-1", wrapped), 422, "key-reused");
        assertThat(keyed("twice", "import-2", archive).header("Location")).isEqualTo("/models/twice/versions/2");
        assertThat(repository.versions("twice")).hasSize(2);
        assertThat(hidden()).isEmpty();
    }

    private static Response keyed(String model, String key, byte[] archive) {
        return given().contentType("application/zip")
                .header("Idempotency-Key", key)
                .body(archive)
                .post("/models/" + model + "/versions");
    }

    @Test
    void archive_askedForAgain_isNotSentAgain() throws IOException {
        new Workshop(repository, "kept", TINY, VersionMetadata.NONE).publish(0);
        Response first = given().get("/models/kept/versions/1/archive");
        String tag = first.header("ETag");
        assertThat(tag).matches("\"[0-9a-f]{64}\"");
        assertThat(first.header("Cache-Control")).isEqualTo("no-cache");

        Response again = given().header("If-None-Match", tag).get("/models/kept/versions/1/archive");
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.asByteArray()).isEmpty();
        assertThat(again.header("ETag")).isEqualTo(tag);
        Response head = given().head("/models/kept/versions/1/archive");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.header("ETag")).isEqualTo(tag);
        assertThat(head.header("Content-Length")).isEqualTo(first.header("Content-Length"));
        assertThat(given().get("/models/kept/versions/1/archive").asByteArray()).isEqualTo(first.asByteArray());
    }

    @Test
    void archive_thatCantBeGiven_isAProblem() throws IOException {
        ModelVersion damaged =
                new Workshop(repository, "damaged", TINY, VersionMetadata.NONE).publish(Damage.BIT_FLIPPED);
        String path = "/models/damaged/versions/" + damaged.number() + "/archive";

        assertThat(problem(given().get(path), 409, "version-refused").getString("detail"))
                .contains("sha256", "must have");
        problem(given().get("/models/damaged/versions/99/archive"), 404, "version-not-found");
        problem(given().get("/models/nobody/versions/1/archive"), 404, "model-not-found");
        problem(given().accept("image/png").get(path), 406, "not-acceptable");
    }

    /** Clients generated from the contract do so. */
    @Test
    void import_ofAnArchiveThatIsCalledJson_isTaken() throws IOException {
        Response made = given().contentType("application/json")
                .body(archive(file("config.json"), file(WEIGHTS)))
                .post("/models/called-json/versions");

        assertThat(made.statusCode()).as(made.asString()).isEqualTo(201);
        problem(given().contentType("application/json").body("P").post("/models/x/versions"), 400, "malformed-json");
    }

    @Test
    void import_inAFolderOfItsOwn_isTaken() throws IOException {
        Response made = upload(
                "wrapped",
                Uploads.zip(
                        "my-model/",
                        "",
                        "my-model/unet/config.json",
                        file("config.json"),
                        "my-model/unet/" + WEIGHTS,
                        file(WEIGHTS),
                        "my-model/scheduler/" + SCHEDULER,
                        file(SCHEDULER),
                        "__MACOSX/my-model/._unet",
                        "junk"));

        assertThat(made.statusCode()).as(made.asString()).isEqualTo(201);
    }

    @Test
    void import_ofNoModel_is422AndLeavesNothing() throws IOException {
        byte[] weights = file(WEIGHTS);
        refused("no diffusers folder", Uploads.zip("readme.txt", "nothing here"));
        refused("no weights", Uploads.zip("config.json", file("config.json")));
        refused("pickle", Uploads.zip("config.json", file("config.json"), "diffusion_pytorch_model.bin", "x"));
        refused("layers_per_block 0", archive(configWith("layers_per_block", "0"), weights));
        refused(WEIGHTS, archive(file("config.json"), Arrays.copyOf(weights, weights.length / 2)));
        refused("add the scheduler_config.json", Uploads.zip("config.json", file("config.json"), WEIGHTS, weights));
        refused("not a zip archive", "PKnot".getBytes(StandardCharsets.US_ASCII));
        refused("..", Uploads.zip("../config.json", "{}"));
        refused("cut off", Arrays.copyOf(Uploads.zip("config.json", file("config.json")), 200));
        assertThat(repository.models()).doesNotContain("bad");
        assertThat(repository.path("bad")).doesNotExist();
        assertThat(hidden()).isEmpty();
    }

    private static void refused(String reason, byte[] archive) {
        assertThat(problem(upload("bad", archive), 422, "invalid-model").getString("detail"))
                .contains(reason);
    }

    @Test
    void import_thatTheServiceCantRun_is422() throws IOException {
        refused("sample_size null", archive(configWith("sample_size", "null"), file(WEIGHTS)));
        refused(
                "sample_size 16384x16384 with block_out_channels [",
                archive(configWith("sample_size", "16384"), file(WEIGHTS)));
    }

    @Test
    void import_withoutSense_isRefused() {
        byte[] archive = Uploads.zip("a", "b");

        problem(upload("Not A Name", archive), 422, "invalid-field");
        problem(given().contentType("text/plain").body("{}").post("/models/x/versions"), 415, "unsupported-media-type");
        problem(
                given().contentType("application/zip").body(archive).post("/models/x/versions?a=b"),
                422,
                "unknown-field");
        assertThat(problem(upload("x", new byte[(1 << 20) + 1]), 413, "upload-too-large")
                        .getString("detail"))
                .contains("1048576");
    }

    @Test
    void delete_versionThatDoesNotServe_isGone() throws IOException {
        Workshop workshop = new Workshop(repository, "shrinking", TINY, VersionMetadata.NONE);
        workshop.publish(0);
        workshop.publish(1);
        assertThat(image("shrinking", 1)).isNotEmpty(); // it is in memory now

        assertThat(given().delete("/models/shrinking/versions/1").statusCode()).isEqualTo(204);

        problem(given().get("/models/shrinking/versions/1"), 404, "version-not-found");
        problem(given().delete("/models/shrinking/versions/1"), 404, "version-not-found");
        problem(
                given().contentType("application/json")
                        .body("{\"model\": \"shrinking\", \"version\": 1}")
                        .post("/generate"),
                404,
                "version-not-found");
        assertThat(image("shrinking", 2)).isNotEmpty();
        assertThat(workshop.publish(2).number()).isEqualTo(3);
    }

    @Test
    void delete_versionThatIsNeeded_is409() throws IOException {
        Workshop workshop = new Workshop(repository, "needed", TINY, VersionMetadata.NONE);
        workshop.publish(0);
        assertThat(problem(given().delete("/models/needed/versions/1"), 409, "version-in-use")
                        .getString("detail"))
                .contains("version 1", "is served");
        workshop.publish(1);
        workshop.publish(2);
        repository.update("needed", settings -> settings.withPinned(List.of(2)));

        assertThat(problem(given().delete("/models/needed/versions/2"), 409, "version-in-use")
                        .getString("detail"))
                .contains("pinned");
        problem(given().delete("/models/nobody/versions/1"), 404, "model-not-found");
        assertThat(given().delete("/models/needed/versions/1").statusCode()).isEqualTo(204);
    }

    /** The newest can't be loaded, so the one before it serves: it is the broken one that may go. */
    @Test
    void delete_brokenNewest_isGone() throws IOException {
        Workshop workshop = new Workshop(repository, "repaired", TINY, VersionMetadata.NONE);
        workshop.publish(0);
        assertThat(image("repaired", 1)).isNotEmpty();
        given().contentType("application/json")
                .body("{\"version\": \"latest\"}")
                .put("/models/repaired/served");
        ModelVersion broken = workshop.publish(Damage.BIT_FLIPPED);

        problem(given().delete("/models/repaired/versions/1"), 409, "version-in-use");
        assertThat(given().delete("/models/repaired/versions/" + broken.number())
                        .statusCode())
                .isEqualTo(204);
        assertThat(given().get("/models/repaired").jsonPath().getInt("served_version"))
                .isEqualTo(1);
    }

    @Test
    void served_ifItIsStillAsKnown_isChanged() throws IOException {
        Workshop workshop = new Workshop(repository, "matched", TINY, VersionMetadata.NONE);
        workshop.publish(0);
        workshop.publish(1);
        assertThat(image("matched", 1)).isNotEmpty();
        String known = given().get("/models/matched").header("ETag");

        Response changed = given().header("If-Match", known)
                .contentType("application/json")
                .body("{\"version\": 1}")
                .put("/models/matched/served");
        assertThat(changed.statusCode()).as(changed.asString()).isEqualTo(200);
        Response late = given().header("If-Match", known)
                .contentType("application/json")
                .body("{\"version\": 2}")
                .put("/models/matched/served");
        problem(late, 412, "precondition-failed");
        assertThat(given().get("/models/matched").jsonPath().getInt("served_version"))
                .isEqualTo(1);
        assertThat(changed.header("ETag"))
                .isEqualTo(given().get("/models/matched").header("ETag"));
    }
}
