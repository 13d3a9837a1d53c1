package io.stepwise.api.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.stepwise.app.config.StepwiseConfig;
import io.stepwise.repository.ModelRepository;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which key may do what, over HTTP. */
@Tag("quarkus")
@QuarkusTest
@TestProfile(RolesTest.Keys.class)
class RolesTest {
    private static final String MAKER = "a-secret-of-tests-1";
    private static final String BOSS = "a-secret-of-tests-2";
    private static final String TRAINER = "a-secret-of-tests-3";

    @Inject
    StepwiseConfig config;

    /** One key that may make images, one that may train, and one that may do everything. */
    public static final class Keys implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "stepwise.auth.keys.maker.secret", MAKER,
                    "stepwise.auth.keys.boss.secret", BOSS,
                    "stepwise.auth.keys.boss.roles", "admin",
                    "stepwise.auth.keys.trainer.secret", TRAINER,
                    "stepwise.auth.keys.trainer.roles", "train");
        }
    }

    /** A resource that somebody added and forgot the role of. */
    @Path("/forgotten")
    public static final class Forgotten {
        @GET
        public String get() {
            return "open";
        }
    }

    private static Response send(String secret, String method, String path) {
        return given().header("Authorization", secret).request(method, path);
    }

    @ParameterizedTest
    @CsvSource({
        "POST,   /train,                   train",
        "GET,    /train/x,                 train",
        "DELETE, /datasets/x,              train",
        "PUT,    /models/faces/served,     admin",
        "DELETE, /models/faces/versions/1, admin",
        "POST,   /models/faces/versions,   admin"
    })
    void request_withKeyOfAnotherRole_isForbiddenNamingTheRole(String method, String path, String role) {
        Response refused = send("Bearer " + MAKER, method, path);

        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.contentType()).startsWith("application/problem+json");
        assertThat(refused.jsonPath().getString("detail"))
                .isEqualTo("key maker has the roles [generate], must have " + role + " for this.");
    }

    @Test
    void request_withKeyOfTheRole_isLetIn() {
        assertThat(send("Bearer " + MAKER, "POST", "/generate").statusCode()).isEqualTo(200);
        assertThat(send("bearer " + MAKER, "GET", "/models").statusCode()).isEqualTo(200);
        assertThat(send("Bearer " + BOSS, "POST", "/generate").statusCode()).isEqualTo(200);
        assertThat(send("Bearer " + BOSS, "GET", "/train").statusCode()).isEqualTo(200);
        assertThat(send("Bearer " + BOSS, "DELETE", "/datasets/x").statusCode()).isEqualTo(404);
    }

    /** Publishing and serving are two rights. */
    @Test
    void train_keyThatMayOnlyTrain_replacesNoServedVersion() throws IOException {
        String golden = System.getProperty("golden.dir");
        new ModelRepository(config.models()).importFolder(java.nio.file.Path.of(golden, "unet-tiny"), "owned");
        Response refused = given().header("Authorization", "Bearer " + TRAINER)
                .contentType("application/json")
                .body("{\"model\": \"owned\", \"publish_as\": \"release\"}")
                .post("/train");

        assertThat(refused.statusCode()).as(refused.asString()).isEqualTo(422);
        assertThat(refused.jsonPath().getString("errors[0].pointer")).isEqualTo("/publish_as");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", MAKER, "Basic " + MAKER, "Bearer ", "Bearer " + MAKER + "x"})
    void request_withNoneOrUnknownKey_isUnauthorizedWithoutRepeatingIt(String header) {
        for (String path : List.of("/generate", "/nowhere", "/forgotten", "/train")) {
            Response refused = send(header, "POST", path);

            assertThat(refused.statusCode()).as(path).isEqualTo(401);
            assertThat(refused.header("WWW-Authenticate")).isEqualTo("Bearer");
            assertThat(refused.asString()).doesNotContain(MAKER);
        }
    }

    @Test
    void request_ofAResourceWithoutRole_isRefusedWhicheverKeyItHas() {
        for (String secret : List.of(MAKER, BOSS)) {
            Response refused = send("Bearer " + secret, "GET", "/forgotten");

            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.jsonPath().getString("detail")).endsWith("no role is enough for this.");
        }
    }
}
