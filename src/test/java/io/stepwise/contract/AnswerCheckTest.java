package io.stepwise.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.contract.AnswerCheck.Answer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AnswerCheckTest {
    private static final String LIVE = "/v2/health/live";
    private static final Map<String, String> HEADERS = Map.of(
            "content-type", "application/json;charset=UTF-8", "x-request-id", "a", "etag", "\"b\"", "date", "now");

    private static final String OPENAI_ERROR = "{\"error\": {\"message\": \"There is nothing.\","
            + " \"type\": \"invalid_request_error\", \"param\": null, \"code\": \"unknown_url\"}}";

    private final AnswerCheck check = AnswerCheck.ofRepository();

    private List<String> faults(String method, String path, int status, Map<String, String> headers, String body) {
        Map<String, List<String>> all = new TreeMap<>();
        headers.forEach((name, value) -> all.put(name, List.of(value)));
        return check.faults(new Answer(method, path, status, all, body.getBytes(StandardCharsets.UTF_8)));
    }

    private static Map<String, String> with(String name, String value) {
        Map<String, String> headers = new TreeMap<>(HEADERS);
        headers.put(name, value);
        return headers;
    }

    @Test
    void answer_asDocumented_hasNoFaults() {
        assertThat(faults("GET", LIVE, 200, HEADERS, "{\"live\": true}")).isEmpty();
        assertThat(faults("HEAD", LIVE, 200, HEADERS, "")).isEmpty();
        assertThat(faults("GET", "/q/metrics", 200, Map.of(), "")).isEmpty();
        assertThat(faults("GET", "/v1/nowhere", 404, HEADERS, OPENAI_ERROR)).isEmpty();
        assertThat(faults("PUT", LIVE, 405, Map.of("allow", "GET"), "")).isEmpty();
    }

    @Test
    void answer_ofAnotherKind_isAFault() {
        assertThat(faults("GET", LIVE, 201, HEADERS, "{\"live\": true}"))
                .asString()
                .contains("status");
        assertThat(faults("GET", LIVE, 200, with("content-type", "text/plain"), "live"))
                .asString()
                .contains("media type");
        assertThat(faults("GET", LIVE, 200, HEADERS, "{\"live\": \"yes\"}"))
                .asString()
                .contains("boolean");
        assertThat(faults("GET", LIVE, 200, HEADERS, "{}")).asString().contains("live");
        assertThat(faults("GET", LIVE, 200, HEADERS, "live")).asString().contains("no JSON");
        assertThat(faults("GET", LIVE, 304, HEADERS, "body")).asString().contains("there is a body");
    }

    @Test
    void headers_missingWrongOrUnknown_areFaults() {
        Map<String, String> bare = Map.of("content-type", "application/json");
        assertThat(faults("GET", LIVE, 200, bare, "{\"live\": true}"))
                .hasSize(2)
                .asString()
                .contains("x-request-id is missing", "etag is missing");
        assertThat(faults("GET", LIVE, 200, with("x-seed", "1"), "{\"live\": true}"))
                .asString()
                .contains("x-seed is not documented");
        assertThat(faults("POST", "/train", 202, with("idempotency-replayed", "yes"), "{}"))
                .asString()
                .contains("header idempotency-replayed");
    }

    @Test
    void events_areComparedOneByOne() {
        Map<String, String> headers = Map.of("content-type", "text/event-stream", "x-request-id", "a", "x-seed", "1");

        assertThat(faults(
                        "POST",
                        "/generate/events",
                        200,
                        headers,
                        "event: progress\ndata: {\"done\":0,\"total\":1}\n\n"))
                .isEmpty();
        assertThat(faults("POST", "/generate/events", 200, headers, "event: progress\ndata: {\"done\":\"0\"}\n\n"))
                .asString()
                .contains("the event {\"done\":\"0\"}");
    }

    @Test
    void operationsThatThereAreNot_areFaults() {
        assertThat(faults("GET", "/nowhere", 200, HEADERS, "{}")).asString().contains("no such operation");
        assertThat(faults("PUT", LIVE, 405, HEADERS, "")).asString().contains("Allow");
        assertThat(faults("GET", "/nowhere", 404, HEADERS, OPENAI_ERROR))
                .asString()
                .contains("request_id");
    }
}
