package io.stepwise.api.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Keys and limits over HTTP. */
@Tag("quarkus")
@QuarkusTest
@TestProfile(AccessFilterTest.Keys.class)
class AccessFilterTest {
    private static final String SECRET = "a-secret-of-tests-1";
    private static final String OTHER = "a-secret-of-tests-2";

    /** Two keys that may make images, three requests a minute each. */
    public static final class Keys implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "stepwise.auth.keys.maker.secret",
                    SECRET,
                    "stepwise.auth.keys.maker.roles",
                    "generate",
                    "stepwise.auth.keys.other.secret",
                    OTHER,
                    "stepwise.auth.requests-per-minute",
                    "3");
        }
    }

    @Test
    void requests_withAndWithoutKey_areLetInOrNot() {
        Response without = given().post("/generate");
        assertThat(without.statusCode()).isEqualTo(401);
        assertThat(without.header("WWW-Authenticate")).isEqualTo("Bearer");
        assertThat(without.contentType()).startsWith("application/problem+json");
        assertThat(given().get("/nowhere").statusCode()).isEqualTo(401);
        assertThat(given().get("/q/health/live").statusCode()).isEqualTo(200);

        assertThat(given().get("/v2/health/ready").statusCode()).isEqualTo(200);
        Response openAi = given().get("/v1/models");
        assertThat(openAi.statusCode()).isEqualTo(401);
        assertThat(openAi.header("WWW-Authenticate")).isEqualTo("Bearer");
        assertThat(openAi.jsonPath().getString("error.code")).isEqualTo("invalid_api_key");
        assertThat(openAi.jsonPath().getString("error.type")).isEqualTo("invalid_request_error");
        Response inference = given().get("/v2/models/faces");
        assertThat(inference.statusCode()).isEqualTo(401);
        assertThat(inference.jsonPath().getString("error")).startsWith("An API key is needed");

        Response forbidden = given().header("Authorization", "Bearer " + OTHER).get("/train");
        assertThat(forbidden.statusCode()).isEqualTo(403);

        Response let = given().header("Authorization", "Bearer " + SECRET).post("/generate");
        assertThat(let.statusCode()).isEqualTo(200);
        assertThat(let.header("RateLimit-Policy")).isEqualTo("\"minute\";q=3;w=60");
        assertThat(let.header("RateLimit")).startsWith("\"minute\";r=2;t=");
        given().header("Authorization", "Bearer " + SECRET).post("/generate");
        given().header("Authorization", "Bearer " + SECRET).post("/generate");
        Response tooMany = given().header("Authorization", "Bearer " + SECRET).post("/generate");
        assertThat(tooMany.statusCode()).isEqualTo(429);
        assertThat(tooMany.jsonPath().getString("type")).isEqualTo("/problems/rate-limited");
        assertThat(Integer.parseInt(tooMany.header("Retry-After"))).isBetween(1, 20);

        assertThat(List.of(without, openAi, inference, forbidden, tooMany))
                .extracting(refused -> refused.header("X-Request-Id"))
                .doesNotHaveDuplicates()
                .allSatisfy(id -> assertThat(id).matches("[A-Za-z0-9._:-]{1,128}"));
        assertThat(tooMany.jsonPath().getString("request_id")).isEqualTo(tooMany.header("X-Request-Id"));
        guess();
    }

    /** Last, as it slows this address down. */
    private static void guess() {
        for (int i = 0; i < 30; i++) {
            given().header("Authorization", "Bearer wrong-key-number-" + i).get("/models");
        }
        Response slowed =
                given().header("Authorization", "Bearer wrong-key-number-30").get("/models");
        assertThat(slowed.statusCode()).isEqualTo(429);
        assertThat(slowed.jsonPath().getString("detail")).startsWith("More than 30 unknown API keys in a minute");
        assertThat(slowed.header("Retry-After")).isNotEmpty();
        assertThat(slowed.header("X-Request-Id")).isNotEmpty();
        assertThat(given().header("Authorization", "Bearer " + OTHER)
                        .get("/models")
                        .statusCode())
                .as("a right key passes")
                .isEqualTo(200);
        assertThat(given().get("/models").statusCode()).as("no key is no guess").isEqualTo(401);
    }
}
