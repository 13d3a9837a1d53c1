package io.stepwise.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.stepwise.upload.Uploads;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A page of another site against a service without keys. */
@Tag("quarkus")
@QuarkusTest
@TestProfile(CrossSiteTest.SharedWithOne.class)
class CrossSiteTest {
    private static final String FRIEND = "https://friend.example";

    /** One foreign origin is let in by CORS, and one host is trusted. */
    public static final class SharedWithOne implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "quarkus.http.cors.enabled", "true",
                    "quarkus.http.cors.origins", FRIEND,
                    "stepwise.auth.trusted-hosts", "images.example.org,*.lab.example");
        }
    }

    private static RequestSpecification from(String header, String value) {
        return given().header(header, value);
    }

    private static void assertForeign(Response answer, String header) {
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(403);
        assertThat(answer.header("X-Request-Id")).isNotEmpty();
        assertThat(answer.asString()).contains(header + " is ", "STEPWISE_AUTH_TRUSTED_HOSTS", "STEPWISE_AUTH_KEYS_");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/generate", "/train", "/datasets/pets", "/models/faces/versions", "/v2/models/faces/infer"})
    void post_whichAPageOfAnotherSiteSends_isRefused(String path) {
        assertForeign(from("Sec-Fetch-Site", "cross-site").body("{}").post(path), "Sec-Fetch-Site");
        assertForeign(from("Sec-Fetch-Site", "same-site").post(path), "Sec-Fetch-Site");
        assertForeign(from("Host", "rebound.example").post(path), "Host");
    }

    @Test
    void upload_byAFormOfAnotherSite_isRefusedBeforeItIsRead() throws IOException {
        Response refused = from("Sec-Fetch-Site", "cross-site")
                .multiPart("file", "a.png", Uploads.picture(1), "image/png")
                .post("/datasets/stolen");

        assertForeign(refused, "Sec-Fetch-Site");
        assertThat(given().get("/datasets/stolen").statusCode()).isEqualTo(404);
    }

    @Test
    void refusal_ofEachProtocol_hasItsForm() {
        Response ours = from("Host", "rebound.example").post("/generate");
        assertThat(ours.contentType()).startsWith("application/problem+json");
        assertThat(ours.jsonPath().getString("type")).isEqualTo("/problems/cross-site");
        assertThat(ours.jsonPath().getString("request_id")).isEqualTo(ours.header("X-Request-Id"));
        assertThat(ours.header("X-Content-Type-Options")).isEqualTo("nosniff");
        Response openAi = from("Host", "rebound.example").post("/v1/images/generations");
        assertThat(openAi.jsonPath().getString("error.code")).isEqualTo("cross_site");
        Response inference = from("Host", "rebound.example").get("/v2/models/faces");
        assertThat(inference.jsonPath().getString("error")).startsWith("Host is \"rebound.example\", which is foreign");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/models", "/train", "/q/metrics", "/q/openapi", "/q/health/live", "/v1/models"})
    void get_underAForeignName_isRefusedEverywhere(String path) {
        assertForeign(from("Host", "rebound.example:8080").get(path), "Host");
        assertForeign(
                from("Host", "rebound.example")
                        .header("X-Forwarded-Host", "localhost")
                        .get(path),
                "Host");
    }

    @ParameterizedTest
    @CsvSource({"10.1.2.3:8080", "'[::1]:8080'", "stepwise:8080", "stepwise.models.svc:8080", "images.example.org"})
    void get_ofProbesAndPrometheus_isAnsweredUnderTheNamesOfACluster(String host) {
        for (String path : new String[] {"/q/health/live", "/q/metrics", "/models"}) {
            assertThat(from("Host", host).get(path).statusCode()).as(path).isEqualTo(200);
        }
    }

    @Test
    void generate_ofTrustedPages_isLetIn() {
        for (Map<String, String> page : new Map[] {
            Map.of("Origin", FRIEND, "Sec-Fetch-Site", "cross-site"),
            Map.of("Sec-Fetch-Site", "same-origin"),
            Map.of("Sec-Fetch-Site", "none"),
            Map.of("Host", "stepwise:8080", "Origin", "http://stepwise:8080", "Sec-Fetch-Site", "same-origin"),
            Map.of()
        }) {
            assertThat(given().headers(page).post("/generate").statusCode())
                    .as("%s", page)
                    .isEqualTo(200);
        }
        assertForeign(from("Origin", "https://elsewhere.example").post("/generate"), "Origin");
        assertForeign(from("Origin", "null").post("/generate"), "Origin");
    }

    @Test
    void cors_ofAnAllowedOrigin_showsTheHeadersOfAnswers() {
        Response answer = from("Origin", FRIEND).get("/models");

        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(FRIEND);
        assertThat(answer.header("Access-Control-Expose-Headers"))
                .contains("X-Seed", "X-Model-Version", "Location", "X-Request-Id", "ETag", "Retry-After");
    }
}
