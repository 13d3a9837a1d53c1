package io.stepwise.app.server;

import static io.restassured.RestAssured.given;
import static io.stepwise.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Traces and JSON logs of the whole service, turned on as operators do: by settings of the run. */
@Tag("quarkus")
@QuarkusTest
@TestProfile(OperatedService.class)
class TracingTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CALLER = "00f067aa0ba902b7";

    private static List<SpanData> spans() {
        return TestSpans.SPANS.getFinishedSpanItems().stream()
                .filter(span -> span.getTraceId().equals(TRACE))
                .toList();
    }

    @Test
    void generate_withTraceparent_isOneTraceFromTheCallerToTheFile() throws Exception {
        await("the service is ready", () -> given().get("/q/health/ready").statusCode() == 200);
        Response answer = given().header("traceparent", "00-" + TRACE + "-" + CALLER + "-01")
                .contentType("application/json")
                .accept("image/png")
                .body("{\"steps\": 3}")
                .post("/generate");

        assertThat(answer.statusCode()).isEqualTo(200);
        await("all spans are there", () -> spans().size() >= 4);
        assertThat(spans()).hasSize(4);
        SpanData request = spans().stream()
                .filter(span -> span.getKind() == SpanKind.SERVER)
                .findFirst()
                .orElseThrow();
        assertThat(request.getParentSpanId()).isEqualTo(CALLER);
        assertThat(request.getName()).isEqualTo("POST /generate");
        assertThat(spans())
                .filteredOn(span -> span != request)
                .allSatisfy(span -> assertThat(span.getParentSpanId()).isEqualTo(request.getSpanId()))
                .extracting(SpanData::getName)
                .containsExactlyInAnyOrder("queue", "steps", "encode");
    }

    @Test
    void log_asJson_hasTheRequestsId() throws Exception {
        given().header("X-Request-Id", "req-42")
                .header("traceparent", "00-" + TRACE.replace('4', '5') + "-" + CALLER + "-01")
                .contentType("application/json")
                .body("{\"prompt\": \"\", \"user\": \"somebody\", \"steps\": 2}")
                .post("/v1/images/generations");

        Path log = OperatedService.folder().resolve("log.json");
        await("the request is logged", () -> Files.readString(log).contains("somebody"));
        String line = Files.readString(log)
                .lines()
                .filter(each -> each.contains("somebody"))
                .findFirst()
                .orElseThrow();
        JsonNode entry = new ObjectMapper().readTree(line);
        assertThat(entry.path("message").asText()).contains("request req-42 is for user");
        assertThat(entry.path("mdc").path("requestId").asText()).isEqualTo("req-42");
        assertThat(entry.path("mdc").path("traceId").asText()).isEqualTo(TRACE.replace('4', '5'));
    }
}
