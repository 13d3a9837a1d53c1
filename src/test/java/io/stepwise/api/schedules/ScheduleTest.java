package io.stepwise.api.schedules;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.stepwise.image.ImageReading;
import io.stepwise.image.Pixels;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code GET /schedules/{name}}. The formulas are written down once more, apart from the program's. */
@Tag("quarkus")
@QuarkusTest
class ScheduleTest {
    private static JsonPath tables(String path) {
        Response answer = given().accept("application/json").get("/schedules/" + path);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        return answer.jsonPath();
    }

    private static double[] numbers(JsonPath json, String field) {
        List<Number> list = json.getList(field);
        return list.stream().mapToDouble(Number::doubleValue).toArray();
    }

    private static void assertTables(JsonPath json, int timesteps, IntToDoubleFunction beta) {
        double[] betas = numbers(json, "betas");
        double[] signals = numbers(json, "alphas_cumprod");
        assertThat(betas).hasSize(timesteps);
        assertThat(signals).hasSize(timesteps);
        double product = 1;
        for (int t = 0; t < timesteps; t++) {
            product *= 1 - beta.applyAsDouble(t);
            assertThat(betas[t]).as("beta %s", t).isCloseTo(beta.applyAsDouble(t), within(1e-6));
            assertThat(signals[t]).as("alphas_cumprod %s", t).isCloseTo(product, within(1e-6));
        }
        assertThat(json.getInt("timesteps")).isEqualTo(timesteps);
        assertThat(json.getDouble("terminal_signal")).isCloseTo(Math.sqrt(product), within(1e-6));
        assertThat(json.getBoolean("leaks_signal")).isEqualTo(Math.sqrt(product) > .02);
    }

    /** Nichol and Dhariwal 2021, eq. 17, over 0 … 1. */
    private static double cosine(double u) {
        return Math.pow(Math.cos((u + .008) / 1.008 * Math.PI / 2), 2);
    }

    private static double cosineBeta(int t, int timesteps) {
        return 1 - cosine((t + 1.0) / timesteps) / cosine((double) t / timesteps);
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    @Test
    void linear_withEnds_isAStraightLine() {
        JsonPath json = tables("linear?timesteps=50&beta_start=0.001&beta_end=0.2");

        assertTables(json, 50, t -> .001 + (.2 - .001) * t / 49);
        assertThat(json.getString("schedule.type")).isEqualTo("linear");
        assertThat(json.getDouble("schedule.beta_end")).isCloseTo(.2, within(1e-7));
    }

    @Test
    void cosine_withoutAndWithCutBetas_leavesLittleOrMuchSignal() {
        assertTables(tables("cosine"), 1000, t -> Math.min(cosineBeta(t, 1000), .999));
        JsonPath cut = tables("cosine?max_beta=0.02");
        assertTables(cut, 1000, t -> Math.min(cosineBeta(t, 1000), .02));
        assertThat(cut.getDouble("terminal_signal")).isCloseTo(.0565, within(1e-4));
        assertThat(cut.getBoolean("leaks_signal")).isTrue();
    }

    @Test
    void sigmoid_andSigmoidOfTheSignal_followTheirFormulas() {
        assertTables(tables("sigmoid?timesteps=500"), 500, t -> 1e-4 + (.02 - 1e-4) * sigmoid(-6 + 12 * t / 499.0));
        DoubleUnaryOperator left =
                u -> (sigmoid(3 / .7) - sigmoid(3 * u / .7)) / (sigmoid(3 / .7) - sigmoid(0)); // start 0, end 3
        assertTables(
                tables("sigmoid_signal?timesteps=100&start=0&end=3&tau=0.7&max_beta=1"),
                100,
                t -> 1 - left.applyAsDouble((t + 1) / 100.0) / left.applyAsDouble(t / 100.0));
    }

    @Test
    void zeroTerminalSnr_leavesNothing() {
        JsonPath json = tables("scaled_linear?timesteps=100&zero_terminal_snr=true");

        assertThat(numbers(json, "alphas_cumprod")[99]).isZero();
        assertThat(json.getBoolean("leaks_signal")).isFalse();
        assertThat(json.getBoolean("schedule.zero_terminal_snr")).isTrue();
    }

    @Test
    void referenceSize_movesTheLogSnr() {
        double[] plain = numbers(tables("cosine?max_beta=1"), "alphas_cumprod");
        double[] moved = numbers(tables("cosine?max_beta=1&reference_size=32&image_size=128"), "alphas_cumprod");

        for (int t = 0; t < 900; t += 100) {
            assertThat(logSnr(moved[t]) - logSnr(plain[t])).isCloseTo(2 * Math.log(32 / 128.0), within(1e-3));
        }
    }

    private static double logSnr(double signal) {
        return Math.log(signal / (1 - signal));
    }

    @Test
    void schedule_asAPicture_differsByItsParameters() {
        byte[] cut = picture("sigmoid?max_beta=0.01");
        byte[] whole = picture("sigmoid");
        assertThat(cut).isNotEqualTo(whole);
        Pixels pixels = ImageReading.read(whole, 1 << 22);
        assertThat(pixels.width()).isGreaterThan(pixels.height());

        Response svg = given().accept("image/svg+xml").get("/schedules/sigmoid");
        assertThat(svg.contentType()).startsWith("image/svg+xml");
        assertThat(svg.asString()).contains("<svg").contains("height=\"340\"");
        assertThat(svg.header("Vary")).isEqualTo("Accept");
    }

    private static byte[] picture(String path) {
        Response answer = given().accept("image/png").get("/schedules/" + path);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        assertThat(answer.contentType()).isEqualTo("image/png");
        return answer.asByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cubic", "given", "COSINE", "cosine.png"})
    void schedule_ofAnUnknownName_isRefusedWithTheList(String name) {
        JsonPath problem = given().get("/schedules/" + name).jsonPath();

        assertThat(problem.getInt("status")).isEqualTo(404);
        assertThat(problem.getString("detail"))
                .contains("name is \"" + name + "\"")
                .contains("linear, scaled_linear, cosine, sigmoid, sigmoid_signal");
        assertThat(problem.getString("errors[0].pointer")).isEqualTo("/name");
    }

    @ParameterizedTest
    @CsvSource({
        "cosine?timesteps=19, /timesteps, 20 … 4000",
        "cosine?max_beta=0, /max_beta, more than 0",
        "cosine?max_beta=much, /max_beta, a number",
        "cosine?max_beta=1e999999999, /max_beta, at most 1",
        "cosine?beta_start=0.1, /beta_start, left out",
        "linear?beta_start=0.5&beta_end=0.1, /beta_end, at least beta_start",
        "linear?tau=1, /tau, sigmoid_signal",
        "sigmoid_signal?tau=0.01, /tau, at least",
        "cosine?zero_terminal_snr=yes, /zero_terminal_snr, true or false",
        "cosine?reference_size=32, /image_size, reference_size",
        "cosine?image_size=32, /reference_size, image_size",
        "cosine?reference_size=7&image_size=32, /reference_size, 8",
        "cosine?steps=7, /steps, not a query parameter"
    })
    void schedule_withAWrongParameter_namesItAndWhatIsAllowed(String path, String pointer, String words) {
        JsonPath problem = given().get("/schedules/" + path).jsonPath();

        assertThat(problem.getInt("status")).as(problem.prettyPrint()).isEqualTo(422);
        assertThat(problem.getString("errors[0].pointer")).isEqualTo(pointer);
        assertThat(problem.getString("errors[0].detail")).contains(words);
    }

    @Test
    void schedule_inAFormThatThereIsNot_isRefused() {
        assertThat(given().accept("text/csv").get("/schedules/cosine").statusCode())
                .isEqualTo(406);
    }
}
