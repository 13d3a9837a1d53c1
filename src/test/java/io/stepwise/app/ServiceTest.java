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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

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
    void metrics_areServed() {
        assertThat(given().get("/q/metrics").asString()).contains("jvm_memory_used_bytes");
    }

    @Test
    void page_atRoot_needsNothingFromElsewhere() {
        Response page = given().get("/");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.contentType()).startsWith("text/html");
        assertThat(page.asString()).contains("fetch('/generate'").doesNotContain("https://", "//cdn");
        assertThat(page.asString().lines().count()).isLessThan(300);
    }

    /** A native library belongs to one class loader, and tests restart Quarkus, which makes new ones. */
    @Test
    void djl_inTests_isLoadedOncePerProcess() {
        assertThat(NDManager.class.getClassLoader()).isSameAs(ClassLoader.getSystemClassLoader());
        assertThat(PtEngine.class.getClassLoader()).isSameAs(ClassLoader.getSystemClassLoader());
    }
}
