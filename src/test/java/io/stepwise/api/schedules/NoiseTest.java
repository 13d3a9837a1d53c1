package io.stepwise.api.schedules;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.stepwise.diffusion.CounterNoise;
import io.stepwise.image.ImageReading;
import io.stepwise.image.Pixels;
import io.stepwise.image.Png;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code POST /noise}. */
@Tag("quarkus")
@QuarkusTest
class NoiseTest {
    private static final int SIDE = 8;

    /** A picture whose samples are all different. */
    private static Pixels picture(int width, int height) {
        byte[] data = new byte[width * height * 3];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (i * 37 % 256);
        }
        return new Pixels(width, height, 3, data);
    }

    private static String body(Pixels picture, String more) {
        return "{\"image\": \"" + Base64.getEncoder().encodeToString(Png.encode(picture)) + "\"" + more + "}";
    }

    private static Response noised(String accept, String body) {
        return given().contentType("application/json").accept(accept).body(body).post("/noise");
    }

    private static JsonPath images(String more) {
        Response answer = noised("application/json", body(picture(SIDE, SIDE), ", \"image_size\": 8" + more));
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        return answer.jsonPath();
    }

    private static Pixels pixels(JsonPath json, int i) {
        return ImageReading.read(Base64.getDecoder().decode(json.getString("images[" + i + "].b64")), 1 << 20);
    }

    /** Ho et al. 2020, eq. 4, on the linear schedule, whose product is written down once more. */
    @Test
    void images_areThePictureAndTheNoiseOfTheSeedMixed() {
        JsonPath json = images(", \"seed\": \"18446744073709551615\", \"timesteps\": 100, \"at\": [0, 30, 99],"
                + " \"schedule\": {\"type\": \"linear\", \"beta_end\": 0.1, \"max_beta\": 0.05}");

        double[] noise = new double[3 * SIDE * SIDE];
        CounterNoise.fill(-1, 0, 0, noise, 0, noise.length);
        Pixels plain = picture(SIDE, SIDE);
        int[] at = {0, 30, 99};
        for (int i = 0; i < at.length; i++) {
            double left = 1;
            for (int t = 0; t <= at[i]; t++) {
                left *= 1 - Math.min(1e-4 + (.1 - 1e-4) * t / 99, .05);
            }
            assertThat(json.getInt("images[" + i + "].timestep")).isEqualTo(at[i]);
            assertThat(json.getDouble("images[" + i + "].alphas_cumprod")).isCloseTo(left, within(1e-6));
            Pixels made = pixels(json, i);
            for (int p = 0; p < SIDE * SIDE; p++) {
                for (int c = 0; c < 3; c++) {
                    double x0 = plain.sample(p % SIDE, p / SIDE, c) / 127.5 - 1;
                    double x = Math.sqrt(left) * x0 + Math.sqrt(1 - left) * noise[c * SIDE * SIDE + p];
                    double sample = Math.max(0, Math.min(255, (x + 1) * 127.5));
                    assertThat((double) made.sample(p % SIDE, p / SIDE, c)).isCloseTo(sample, within(.501));
                }
            }
        }
        assertThat(json.getString("seed")).isEqualTo("18446744073709551615");
        assertThat(json.getInt("timesteps")).isEqualTo(100);
    }

    @Test
    void images_byDefault_areEightOfCosineWithADrawnSeed() {
        JsonPath json = images("");

        assertThat(json.getList("images.timestep", Integer.class))
                .isEqualTo(List.of(0, 143, 285, 428, 571, 714, 856, 999));
        double u = (999 + 1) / 1000.0;
        assertThat(Math.cos((u + .008) / 1.008 * Math.PI / 2)).isCloseTo(0, within(1e-9));
        assertThat(json.getDouble("images[7].alphas_cumprod")).isLessThan(1e-6);
        assertThat(json.getLong("seed")).isNotEqualTo(images("").getLong("seed"));
    }

    @Test
    void sheet_ofTheSameSeed_isTheSame() {
        String body =
                body(picture(40, 20), ", \"seed\": 7, \"image_size\": 16, \"at\": [5, 500], \"schedule\": \"sigmoid\"");
        Response answer = noised("image/png", body);

        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        assertThat(answer.contentType()).isEqualTo("image/png");
        assertThat(answer.header("X-Seed")).isEqualTo("7");
        Pixels sheet = ImageReading.read(answer.asByteArray(), 1 << 20);
        assertThat(sheet.width()).isEqualTo(2 + 2 * 18);
        assertThat(sheet.height()).isGreaterThan(18);
        assertThat(noised("*/*", body).asByteArray()).isEqualTo(answer.asByteArray());
        assertThat(noised("image/png", body.replace("\"seed\": 7", "\"seed\": 8"))
                        .asByteArray())
                .isNotEqualTo(answer.asByteArray());
    }

    /** The middle of a wide picture is what training would see. */
    @Test
    void picture_thatIsNoSquare_isCroppedToItsMiddle() {
        Pixels wide = picture(3 * SIDE, SIDE);
        String more = ", \"image_size\": 8, \"at\": [50], \"seed\": 1";

        byte[] cropped = noised("image/png", body(wide, more)).asByteArray();

        assertThat(cropped)
                .isEqualTo(noised("image/png", body(wide.cropped(SIDE, 0, SIDE, SIDE), more))
                        .asByteArray());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ", \"at\": [1000]                                                      | /at/0 | 0 … 999",
                ", \"at\": [3, 50], \"timesteps\": 50                                  | /at/1 | 0 … 49",
                ", \"at\": []                                                          | /at | 1 … 16 timesteps",
                ", \"image_size\": 257                                                 | /image_size | 8 … 256",
                ", \"timesteps\": 10                                                   | /timesteps | 20 … 4000",
                ", \"schedule\": \"cubic\"                                             | /schedule | cosine",
                ", \"schedule\": {\"type\": \"cosine\", \"tau\": 1}                    | /schedule/tau | sigmoid_signal",
                ", \"schedule\": {\"type\": \"given\", \"betas\": [0.1]}               | /schedule/betas | 1000 entries",
                ", \"seed\": -1                                                        | /seed | 18446744073709551615",
                ", \"strength\": 0.5                                                   | /strength | field"
            })
    void request_withAWrongField_namesItAndWhatIsAllowed(String more, String pointer, String words) {
        JsonPath problem =
                noised("application/json", body(picture(SIDE, SIDE), more)).jsonPath();

        assertThat(problem.getInt("status")).as(problem.prettyPrint()).isEqualTo(422);
        assertThat(problem.getString("errors[0].pointer")).isEqualTo(pointer);
        assertThat(problem.getString("errors[0].detail")).contains(words);
    }

    @Test
    void request_withSeveralFaults_namesAll() {
        JsonPath problem = noised("application/json", "{\"image\": \"bm90aGluZw==\", \"at\": [-1], \"timesteps\": 1}")
                .jsonPath();

        assertThat(problem.getInt("status")).isEqualTo(422);
        assertThat(problem.getList("errors.pointer", String.class))
                .containsExactlyInAnyOrder("/image", "/at/0", "/timesteps");
        assertThat(noised("application/json", "{}").jsonPath().getString("errors[0].pointer"))
                .isEqualTo("/image");
        assertThat(noised("text/html", body(picture(SIDE, SIDE), "")).statusCode())
                .isEqualTo(406);
    }
}
