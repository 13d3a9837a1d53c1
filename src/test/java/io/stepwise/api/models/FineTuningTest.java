package io.stepwise.api.models;

import static io.restassured.RestAssured.given;
import static io.stepwise.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.stepwise.data.faces.FacesDataset;
import io.stepwise.image.ImageReading;
import io.stepwise.image.Png;
import io.stepwise.upload.Uploads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The recipe of {@code docs/training.md} for fine-tuning a diffusers folder on forty pictures, and for an average that is
 * chosen afterwards. Requests are taken from the page; the training is shorter and makes no sample grids.
 */
@Tag("quarkus")
@QuarkusTest
@TestProfile(FineTuningTest.WithDatasets.class)
class FineTuningTest {
    /** The real generator, and data sets that training processes find. */
    public static final class WithDatasets implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            Map<String, String> settings = new HashMap<>(new ModelsResourceTest.Tiny().getConfigOverrides());
            settings.merge(
                    "quarkus.arc.exclude-types",
                    "io.stepwise.data.store.TestDatasets",
                    (all, more) -> all + "," + more);
            try {
                settings.put(
                        "stepwise.datasets",
                        Files.createTempDirectory("datasets").toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return settings;
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SCHEDULER = "scheduler_config.json";
    private static final String WEIGHTS = "diffusion_pytorch_model.safetensors";

    /** The JSON of the requests in a section of the page. */
    private static List<ObjectNode> requests(String section) throws IOException {
        String page = Files.readString(Path.of("docs/training.md"));
        int begin = page.indexOf("\n## " + section + "\n");
        Matcher body = Pattern.compile("-d '([^']+)'").matcher(page.substring(begin, page.indexOf("\n## ", begin + 1)));
        List<ObjectNode> requests = new ArrayList<>();
        while (body.find()) {
            requests.add((ObjectNode) JSON.readTree(body.group(1)));
        }
        return requests;
    }

    private static Response send(byte[] archive, String path) {
        return given().contentType("application/zip").body(archive).post(path);
    }

    private static Response send(ObjectNode fields, String path) {
        return given().contentType("application/json").body(fields.toString()).post(path);
    }

    private static Response ok(Response answer, int status) {
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(status);
        return answer;
    }

    /** A folder of a network for images of 16 by 16, as diffusers saves it. */
    private static byte[] model() throws IOException {
        Path folder = Path.of(System.getProperty("golden.dir")).resolve("unet-tiny");
        return Uploads.zip(
                "tiny/unet/config.json",
                Files.readAllBytes(folder.resolve("config.json")),
                "tiny/scheduler/" + SCHEDULER,
                Files.readAllBytes(folder.resolve(SCHEDULER)),
                "tiny/unet/" + WEIGHTS,
                Files.readAllBytes(folder.resolve(WEIGHTS)));
    }

    private static byte[] pictures() {
        List<Object> files = new ArrayList<>();
        try (FacesDataset faces = new FacesDataset(24, 24, 3, 40)) {
            for (int i = 0; i < 40; i++) {
                files.add("cats/" + i + ".png");
                files.add(Png.encode(faces.get(i).pixels()));
            }
        }
        return Uploads.zip(files.toArray());
    }

    @Test
    void recipe_ofThePage_makesAModelOfForty() throws Exception {
        ok(send(model(), "/models/cifar10/versions"), 201);
        ok(send(pictures(), "/datasets/cats"), 201);
        List<ObjectNode> recipe = requests("Fine-tune on your own pictures");
        ObjectNode training = recipe.get(0);
        String id = ok(send(training.put("steps", 6).put("sample_every", 0).put("post_hoc_ema", true), "/train"), 202)
                .jsonPath()
                .getString("id");
        await(id + " has ended", () -> job(id).getString("ended") != null);
        JsonPath job = job(id);
        assertThat(job.getString("state")).as(job.getString("error")).isEqualTo("succeeded");
        assertThat(job.getString("spec.init_from.model")).isEqualTo("cifar10");
        assertThat(job.getString("spec.init_from.sha256")).hasSize(64);

        ObjectNode wish = recipe.get(1).put("n", 1).put("steps", 3);
        await("the service makes images with it", () -> image(wish).statusCode() == 200);
        assertThat(ImageReading.read(image(wish).asByteArray(), 1 << 20).width())
                .isEqualTo(ImageReading.read(image(wish.put("model", "cifar10")).asByteArray(), 1 << 20)
                        .width());

        ObjectNode average = requests("Averages").get(0).put("from_run", id);
        Response chosen = ok(send(average, "/models/cats/versions"), 201);
        assertThat(chosen.header("Location")).isEqualTo("/models/cats/versions/2");
        assertThat(chosen.jsonPath().getString("manifest.attributes.ema")).isEqualTo("0.08");
        assertThat(chosen.jsonPath().getString("manifest.attributes.init_from")).isEqualTo("cifar10/1");
        assertRefused(average);
    }

    private static void assertRefused(ObjectNode average) {
        Response refused = ok(send(average.deepCopy().put("ema", .3), "/models/cats/versions"), 422);
        assertThat(refused.jsonPath().getString("detail")).isEqualTo("ema is 0.3, must be a number, 0.02 … 0.25");
        refused = ok(send(average.deepCopy().put("from_run", "nobody"), "/models/cats/versions"), 422);
        assertThat(refused.jsonPath().getString("errors[0].pointer")).isEqualTo("/from_run");
        refused = ok(send(average.deepCopy().put("step", 5), "/models/cats/versions"), 422);
        assertThat(refused.jsonPath().getString("detail"))
                .isEqualTo("step is 5, must be one of the steps that have snapshots, [6]");
        refused = ok(send(average, "/models/Cats/versions"), 422);
        assertThat(refused.jsonPath().getString("errors[0].pointer")).isEqualTo("/name");
        ok(given().contentType("text/plain").body("{}").post("/models/cats/versions"), 415);
    }

    private static JsonPath job(String id) {
        return given().get("/train/" + id).jsonPath();
    }

    private static Response image(ObjectNode wish) {
        return given().accept("image/png")
                .contentType("application/json")
                .body(wish.toString())
                .post("/generate");
    }
}
