package io.stepwise.api.generate;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.stepwise.image.ImageReading;
import io.stepwise.image.Pixels;
import io.stepwise.image.Png;
import io.stepwise.image.PngText;
import io.stepwise.serving.FakeGenerator;
import io.stepwise.serving.request.VersionNotFoundException;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /verify}. */
@Tag("quarkus")
@QuarkusTest
class VerifyTest {
    @Inject
    FakeGenerator generator;

    @BeforeEach
    void reset() {
        generator.reset();
    }

    private static byte[] made(String body, String accept) {
        return given().contentType("application/json")
                .accept(accept)
                .body(body)
                .post("/generate")
                .asByteArray();
    }

    private static Response verify(byte[] file) {
        String image = Base64.getEncoder().encodeToString(file);
        return given().contentType("application/json")
                .body("{\"image\": \"" + image + "\"}")
                .post("/verify");
    }

    /** The file with other parameters, where it has {@code from}. */
    private static byte[] withParameters(byte[] png, String from, String to) {
        String parameters = PngText.read(png).get("parameters");
        assertThat(parameters).contains(from);
        return Png.encode(pixels(png), Map.of("parameters", parameters.replace(from, to)));
    }

    private static Pixels pixels(byte[] png) {
        return ImageReading.read(png, 1 << 20);
    }

    private static JsonPath verdict(byte[] png) {
        Response answer = verify(png);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        return answer.jsonPath();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"seed\": 7}",
                "{\"seed\": 7, \"n\": 4, \"first_index\": 2, \"label\": \"red\"}",
                "{\"seed\": \"18446744073709551615\", \"sampler\": \"heun\", \"churn\": 3}",
                "{\"seed\": 7, \"variation_seed\": 8, \"variation_strength\": 0.1}",
                "{\"seed\": 7, \"n\": 3, \"interpolate_to\": 9}"
            })
    void verify_aPictureOrASheet_matches(String body) {
        JsonPath verdict = verdict(made(body, "image/png"));

        assertThat(verdict.getBoolean("match")).isTrue();
        assertThat(verdict.getBoolean("pixels_match")).isTrue();
        assertThat(verdict.getBoolean("weights_match")).isTrue();
        assertThat(verdict.getInt("largest_difference")).isZero();
        assertThat(verdict.getString("sha256")).isEqualTo(verdict.getString("remade_sha256"));
        assertThat(verdict.getString("model")).isEqualTo("faces");
        assertThat(verdict.getInt("version")).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"'', 1", "', \"interpolate_to\": 9', 3"})
    void verify_oneImageOfARequest_makesNoMoreThanItNeeds(String more, int needed) throws IOException {
        byte[] zip = made("{\"seed\": 7, \"n\": 3" + more + "}", "application/zip");
        try (ZipInputStream files = new ZipInputStream(new ByteArrayInputStream(zip))) {
            files.getNextEntry();
            files.readAllBytes();
            files.getNextEntry();

            assertThat(verdict(files.readAllBytes()).getBoolean("match")).isTrue();
        }
        assertThat(generator.last.n()).isEqualTo(needed);
    }

    @Test
    void verify_anotherPicture_saysHowMuchDiffers() {
        byte[] png = made("{\"seed\": 7}", "image/png");
        Pixels pixels = pixels(png);
        pixels.data()[5] += 3;

        JsonPath verdict = verdict(
                Png.encode(pixels, Map.of("parameters", PngText.read(png).get("parameters"))));

        assertThat(verdict.getBoolean("match")).isFalse();
        assertThat(verdict.getBoolean("pixels_match")).isFalse();
        assertThat(verdict.getInt("largest_difference")).isEqualTo(3);
        assertThat(verdict.getString("sha256")).isNotEqualTo(verdict.getString("remade_sha256"));
    }

    @Test
    void verify_changedParameters_isNoMatch() {
        byte[] png = made("{\"seed\": 7, \"steps\": 20}", "image/png");

        JsonPath steps = verdict(withParameters(png, "\"steps\":20", "\"steps\":21"));
        JsonPath weights = verdict(withParameters(png, FakeGenerator.CHECKPOINT, "cd".repeat(32)));

        assertThat(steps.getBoolean("weights_match")).isTrue();
        assertThat(weights.getBoolean("match")).isFalse();
        assertThat(weights.getBoolean("weights_match")).isFalse();
        assertThat(weights.getBoolean("pixels_match")).isTrue();
    }

    @Test
    void verify_aVersionThatIsGone_is404() {
        byte[] png = made("{\"seed\": 7}", "image/png");
        generator.failure = new VersionNotFoundException("faces", 3, List.of(4));

        Response answer = verify(png);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.jsonPath().getString("type")).isEqualTo("/problems/version-not-found");
    }

    @Test
    void verify_aPictureWithoutParameters_isRefused() {
        byte[] png = made("{\"seed\": 7}", "image/png");

        refused(Png.encode(pixels(png)), "it doesn't carry the parameters that made it");
        refused(Png.encode(pixels(png), Map.of("parameters", "masterpiece, steps: 20")), "its parameters are no JSON");
        refused(Png.encode(pixels(png), Map.of("parameters", "[]")), "it doesn't carry");
        refused(withParameters(png, "\"seed\":7,", ""), "its parameters lack seed");
        refused(withParameters(png, "\"steps\":20", "\"steps\":0"), "its parameters can't be used: steps is 0");
        refused(withParameters(png, "\"index\":0", "\"index\":1"), "index 1, which is none of the request's");
        refused(made("{\"seed\": 7}", "image/jpeg"), "not a PNG file");
        refused(new byte[0], "not a PNG file");
    }

    private static void refused(byte[] file, String why) {
        Response answer = verify(file);
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.jsonPath().getString("type")).isEqualTo("/problems/invalid-field");
        assertThat(answer.jsonPath().getString("errors[0].pointer")).isEqualTo("/image");
        assertThat(answer.jsonPath().getString("errors[0].detail")).contains(why);
    }

    @ParameterizedTest
    @CsvSource({
        "{}, /image",
        "'{\"image\": \"?\"}', /image",
        "'{\"image\": 1}', /image",
        "'{\"image\": \"\", \"a\": 1}', /a"
    })
    void verify_aWrongBody_is422(String body, String pointer) {
        Response answer = given().contentType("application/json").body(body).post("/verify");

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.jsonPath().getList("errors.pointer")).contains(pointer);
    }
}
