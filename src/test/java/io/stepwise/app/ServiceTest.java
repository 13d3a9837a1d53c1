package io.stepwise.app;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtEngine;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.stepwise.serving.FakeGenerator;
import io.stepwise.serving.request.Readiness;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the service offers beside generating. */
@Tag("quarkus")
@QuarkusTest
class ServiceTest {
    @Inject
    FakeGenerator generator;

    @BeforeEach
    void reset() {
        generator.reset();
    }

    @Test
    void health_whileStarting_isLiveButNeitherStartedNorReady() {
        generator.readiness = new Readiness(false, false, "loading faces 3");

        assertThat(given().get("/q/health/live").statusCode()).isEqualTo(200);
        assertThat(given().get("/q/health/started").statusCode()).isEqualTo(503);
        Response ready = given().get("/q/health/ready");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.jsonPath().getList("checks.data.detail")).contains("loading faces 3");
    }

    @Test
    void health_withoutModel_isStartedButNotReady() {
        generator.readiness = new Readiness(true, false, "no model");

        assertThat(given().get("/q/health/started").statusCode()).isEqualTo(200);
        assertThat(given().get("/q/health/ready").statusCode()).isEqualTo(503);
    }

    @Test
    void health_whenReady_isUp() {
        assertThat(given().get("/q/health/started").statusCode()).isEqualTo(200);
        assertThat(given().get("/q/health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void health_ofEverything_listsEachCheckOnce() {
        assertThat(given().get("/q/health").jsonPath().getList("checks.name"))
                .containsExactlyInAnyOrder("process", "started", "ready");
    }

    @Test
    void metrics_areInPrometheusFormatUnlessOpenMetricsIsNamed() {
        for (String accept : new String[] {"*/*", "text/plain", "text/html", "application/json"}) {
            Response metrics = given().header("Accept", accept).get("/q/metrics");
            assertThat(metrics.contentType()).as(accept).startsWith("text/plain; version=0.0.4");
            assertThat(metrics.asString()).contains("jvm_memory_used_bytes").doesNotContain("# EOF");
        }
        String prometheus = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
        assertThat(given().header("Accept", prometheus).get("/q/metrics").asString())
                .contains("jvm_memory_used_bytes");
    }

    @Test
    void metrics_ofRequests_haveClosedLabelsAndBuckets() {
        for (int i = 0; i < 120; i++) {
            given().get("/nowhere/" + i);
            given().header("Host", "rebound.example").get("/elsewhere/" + i);
        }
        given().get("/models");
        String metrics = given().get("/q/metrics").asString();

        assertThat(metrics).doesNotContain("/nowhere", "/elsewhere");
        assertThat(metrics).contains("uri=\"UNKNOWN\"");
        assertThat(metrics)
                .containsPattern("http_server_requests_seconds_bucket\\{[^}]*uri=\"/models\"[^}]*le=\"0.001\"");
    }

    @ParameterizedTest
    @CsvSource({
        "/generate, '{\"n\": 0}'",
        "/generate, '{\"colour\": 1}'",
        "/v1/images/generations, '{\"n\": 0}'",
        "/v2/models/faces/infer, '{\"inputs\": 0}'"
    })
    void invalidRequests_thatNeverReachTheGenerator_areCounted(String path, String body) {
        given().contentType("application/json").body(body).post(path);
        given().contentType("application/json").body("{").post(path);

        assertThat(generator.refused).hasValue(1);
        assertThat(generator.submitted).hasValue(0);
    }

    @Test
    void page_atRoot_needsNothingFromElsewhere() {
        Response page = given().get("/");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.contentType()).startsWith("text/html");
        assertThat(page.asString()).contains("fetch('/generate'").doesNotContain("https://", "//cdn");
        assertThat(page.asString().lines().count()).isLessThan(300);
    }

    @Test
    void swaggerUi_showsTheContractAndNeedsNothingFromElsewhere() {
        Response page = given().get("/q/swagger-ui/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.header("Content-Security-Policy")).contains("script-src 'self' 'unsafe-inline'");
        assertThat(page.asString()).contains("/q/openapi").doesNotContain("https://", "src=\"//");

        List<String> files = Pattern.compile("(?:src|href)=\"([^\"#]+)\"")
                .matcher(page.asString())
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(files).anyMatch(file -> file.endsWith("swagger-ui-bundle.js"));
        for (String file : files) {
            Response part =
                    given().get(URI.create("/q/swagger-ui/").resolve(file).getPath());
            assertThat(part.statusCode()).as(file).isEqualTo(200);
        }
        assertThat(given().get("/q/openapi").statusCode()).isEqualTo(200);
    }

    /** A native library belongs to one class loader, and tests restart Quarkus, which makes new ones. */
    @Test
    void djl_inTests_isLoadedOncePerProcess() {
        assertThat(NDManager.class.getClassLoader()).isSameAs(ClassLoader.getSystemClassLoader());
        assertThat(PtEngine.class.getClassLoader()).isSameAs(ClassLoader.getSystemClassLoader());
    }
}
