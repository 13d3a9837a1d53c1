package io.stepwise.api.models;

import static io.restassured.RestAssured.given;
import static io.stepwise.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.stepwise.data.faces.FacesDataset;
import io.stepwise.image.ImageReading;
import io.stepwise.image.Png;
import io.stepwise.image.UnreadableImageException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A GAN and a VAE from a request to train to images beside those of a diffusion model, over HTTP alone. */
@Tag("quarkus")
@QuarkusTest
@TestProfile(LatentKindsTest.WithDirectory.class)
class LatentKindsTest {
    /** With the real list of models, too, which the other protocols look into. */
    public static final class WithDirectory implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            Map<String, String> settings = new HashMap<>(new FineTuningTest.WithDatasets().getConfigOverrides());
            settings.merge(
                    "quarkus.arc.exclude-types",
                    "io.stepwise.serving.FakeModelDirectory",
                    (all, more) -> all + "," + more);
            return settings;
        }
    }

    private static final String COMMON =
            "\"dataset\": \"faces\", \"steps\": 6, \"batch_size\": 4, \"image_size\": 16, \"sample_every\": 6";

    private static Response post(String path, String body) {
        return given().contentType("application/json").body(body).post(path);
    }

    private static Response ok(Response answer, int status) {
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(status);
        return answer;
    }

    private static JsonPath trained(String spec) throws Exception {
        String id = ok(post("/train", "{" + COMMON + ", " + spec + "}"), 202)
                .jsonPath()
                .getString("id");
        await(id + " has ended", () -> given().get("/train/" + id).jsonPath().getString("ended") != null);
        JsonPath job = given().get("/train/" + id).jsonPath();
        assertThat(job.getString("state")).as(job.getString("error")).isEqualTo("succeeded");
        return job;
    }

    private static String bytes(String body) {
        return ok(
                        given().accept("application/json")
                                .contentType("application/json")
                                .body(body)
                                .post("/generate"),
                        200)
                .jsonPath()
                .getList("images.sha256")
                .toString();
    }

    /** The pixels of the images, without what the files say about their making. */
    private static List<String> pixels(String body) {
        return ok(
                        given().accept("application/json")
                                .contentType("application/json")
                                .body(body)
                                .post("/generate"),
                        200)
                .jsonPath()
                .<String>getList("images.b64")
                .stream()
                .map(LatentKindsTest::pixelsOf)
                .toList();
    }

    private static String pixelsOf(String file) {
        try {
            return Base64.getEncoder()
                    .encodeToString(ImageReading.read(Base64.getDecoder().decode(file), 1 << 20)
                            .data());
        } catch (UnreadableImageException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void kinds_trainedOverHttp_areServedBesideADiffusionModel() throws Exception {
        JsonPath gan = trained("\"kind\": \"gan\", \"model\": \"a-gan\","
                + " \"gan\": {\"latent_size\": 8, \"channels\": 4, \"updates\": 2, \"conditional\": true}");
        JsonPath vae =
                trained("\"kind\": \"vae\", \"model\": \"a-vae\", \"vae\": {\"latent_size\": 8, \"channels\": 4}");
        assertThat(gan.getString("spec.optimizer.type")).isEqualTo("adam");
        assertThat(gan.getString("spec.unet")).isNull();
        JsonPath rows =
                given().get("/train/" + gan.getString("id") + "/metrics").jsonPath();
        assertThat(rows.getDouble("rows[0].discriminator_loss")).isPositive();
        ok(given().accept("image/svg+xml").get("/train/" + vae.getString("id") + "/metrics"), 200);
        ok(given().get("/train/" + vae.getString("id") + "/samples/6"), 200);
        await(
                "both serve",
                () -> post("/generate", "{\"model\": \"a-gan\"}").statusCode() == 200
                        && post("/generate", "{\"model\": \"a-vae\"}").statusCode() == 200);

        JsonPath version = ok(given().get("/models/a-gan/versions/1"), 200).jsonPath();
        assertThat(version.getString("generator.kind")).isEqualTo("gan");
        assertThat(version.getString("unet")).isNull();
        assertThat(version.getList("manifest.labels")).isNotEmpty();
        loadOfAllKinds();
        otherProtocols();
        pictures();
        exportAndImport();
    }

    private static void loadOfAllKinds() throws Exception {
        List<String> wishes = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            wishes.add(
                    switch (i % 3) {
                        case 0 -> "{\"model\": \"a-gan\", \"n\": 2, \"seed\": " + i + "}";
                        case 1 -> "{\"model\": \"a-vae\", \"steps\": 1, \"seed\": " + i + "}";
                        default -> "{\"model\": \"plain\", \"steps\": 4, \"seed\": " + i + "}";
                    });
        }
        List<String> alone = wishes.stream().map(LatentKindsTest::bytes).toList();
        ExecutorService clients = Executors.newFixedThreadPool(8);
        try {
            List<CompletableFuture<String>> together = wishes.stream()
                    .map(wish -> CompletableFuture.supplyAsync(() -> bytes(wish), clients))
                    .toList();
            for (int i = 0; i < wishes.size(); i++) {
                assertThat(together.get(i).get(1, TimeUnit.MINUTES))
                        .as(wishes.get(i))
                        .isEqualTo(alone.get(i));
            }
        } finally {
            clients.shutdown();
        }
        assertThat(Set.copyOf(alone)).hasSameSizeAs(alone);
    }

    private static void otherProtocols() {
        JsonPath image = ok(
                        post("/v1/images/generations", "{\"model\": \"a-gan\", \"prompt\": \"\", \"seed\": 5}"), 200)
                .jsonPath();
        assertThat(image.getString("data[0].b64_json")).isNotEmpty();
        JsonPath tensors =
                ok(post("/v2/models/a-gan/infer", "{\"inputs\": []}"), 200).jsonPath();
        assertThat(tensors.getList("outputs[0].shape")).contains(16, 3);
    }

    private static void pictures() {
        String picture;
        try (FacesDataset faces = new FacesDataset(16, 16, 3, 1)) {
            picture = Base64.getEncoder().encodeToString(Png.encode(faces.get(0).pixels()));
        }
        String from = "\"model\": \"a-vae\", \"image\": \"" + picture + "\"";
        String again = pixels("{" + from + "}").get(0);
        assertThat(pixels("{" + from + ", \"seed\": 3}")).as("no seed matters").containsExactly(again);
        assertThat(pixels("{" + from + ", \"n\": 3, \"interpolate_to\": 9}"))
                .doesNotHaveDuplicates()
                .startsWith(again);
        Response refused = ok(post("/generate", "{\"model\": \"a-gan\", \"image\": \"" + picture + "\"}"), 422);
        assertThat(refused.jsonPath().getList("errors.pointer")).containsExactly("/image");
        refused = ok(
                post("/generate", "{\"model\": \"a-gan\", \"steps\": 20, \"sampler\": \"ddim\", \"eta\": 0.5}"), 422);
        assertThat(refused.jsonPath().getList("errors.pointer"))
                .containsExactlyInAnyOrder("/steps", "/sampler", "/eta");
    }

    private static void exportAndImport() throws Exception {
        byte[] archive = ok(given().accept("application/zip").get("/models/a-vae/versions/1/archive"), 200)
                .asByteArray();
        ok(given().contentType("application/zip").body(archive).post("/models/b-vae/versions"), 201);
        await(
                "the import serves",
                () -> post("/generate", "{\"model\": \"b-vae\"}").statusCode() == 200);
        assertThat(pixels("{\"model\": \"b-vae\", \"seed\": 1}"))
                .isEqualTo(pixels("{\"model\": \"a-vae\", \"seed\": 1}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            "kind": "gan", "timesteps": 100                         | /timesteps
            "kind": "gan", "vae": {}                                | /vae
            "kind": "vae", "gan": {}                                | /gan
            "gan": {}                                               | /gan
            "kind": "vae", "prediction": "epsilon"                  | /prediction
            "kind": "gan", "validation": true                       | /validation
            "kind": "gan", "image_size": 24                         | /image_size
            "kind": "vae", "image_size": [16, 32]                   | /image_size
            "kind": "gan", "precision": "bf16"                      | /precision
            "kind": "gan", "gan": {"updates": 0}                    | /gan/updates
            "kind": "vae", "vae": {"reconstruction": "l1"}          | /vae/reconstruction
            "kind": "vae", "vae": {"latent_size": 800}, "image_size": 16 | /vae/latent_size
            "kind": "gan", "init_from": {"model": "plain"}          | /init_from
            "kind": "gan", "publish": "best", "publish_metric": "validation_loss" | /publish_metric
            "kind": "flow"                                          | /kind
            """)
    void train_fieldsThatMeanNothing_areRefusedByName(String fields, String pointer) {
        JsonPath refused = ok(post("/train", "{" + fields + "}"), 422).jsonPath();
        assertThat(refused.getList("errors.pointer")).as(refused.prettify()).containsExactly(pointer);
    }
}
