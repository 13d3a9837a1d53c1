package io.stepwise.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.stepwise.contract.Service.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;

/** The statuses of the contract's last part, a line for each that isn't among the rows it belongs to. */
final class ErrorRows {
    private final Service service;
    private final Service guest;

    /** @param guest may generate and nothing else */
    ErrorRows(Service service, Service guest) {
        this.service = service;
        this.guest = guest;
    }

    Stream<DynamicNode> all() {
        return Stream.of(
                dynamicTest("400 malformed JSON", this::malformed),
                dynamicTest("401, 403", this::keys),
                dynamicTest("Idempotency-Key of two clients", this::strangers),
                dynamicTest("404", () -> service.get("/nowhere").isProblem(404, "not-found")),
                dynamicTest("405", this::method),
                dynamicTest("406", this::accept),
                dynamicTest("413", this::tooLarge),
                dynamicTest("415", this::mediaType),
                dynamicTest("422 names field, value and range", this::field),
                dynamicTest("429 and Retry-After", this::queueFull));
        // 409, 412 and 504 are among the rows of what they are answers of; 503 is among the service's own tests
    }

    private void malformed() throws Exception {
        Answer answer = service.post("/generate", "{\"n\": ").isProblem(400, "malformed-json");
        assertThat(answer.json().path("detail").asText()).contains("line 1");
        service.post("/train", "{\"steps\": 1, \"steps\": 2}").isProblem(400, "malformed-json");
    }

    private void keys() throws Exception {
        Answer nobody = service.with("").post("/generate", "{}").isProblem(401, "unauthorized");
        assertThat(nobody.header("WWW-Authenticate")).isEqualTo("Bearer");
        service.with("wrong").get("/models").isProblem(401, "unauthorized");
        guest.post("/generate", "{\"steps\": 1}").is(200, "");
        guest.post("/train", "{}").isProblem(403, "forbidden");
        guest.json("PUT", "/models/faces/served", "{\"version\": 1}").isProblem(403, "forbidden");
        guest.send("DELETE", "/models/faces/versions/1", BodyPublishers.noBody())
                .isProblem(403, "forbidden");
        guest.get("/models").is(200, Service.JSON);
    }

    private void strangers() throws Exception {
        String key = "rows-" + System.nanoTime();
        Answer mine = service.post("/generate", "{\"steps\": 1}", "Idempotency-Key", key);
        Answer theirs = guest.post("/generate", "{\"steps\": 2}", "Idempotency-Key", key, "Stepwise-Client", "me");
        assertThat(mine.status()).as(mine.text()).isEqualTo(200);
        assertThat(theirs.status()).as(theirs.text()).isEqualTo(200);
        assertThat(theirs.header("Idempotency-Replayed")).isEmpty();
    }

    private void method() throws Exception {
        Answer answer = service.get("/generate").isProblem(405, "method-not-allowed");
        assertThat(answer.header("Allow")).contains("POST");
    }

    private void accept() throws Exception {
        Answer answer = service.post("/generate", "{}", "Accept", "text/html").isProblem(406, "not-acceptable");
        assertThat(answer.json().path("detail").asText()).contains("image/png");
        // the form of errors alone is what generated clients ask for where nothing else is JSON
        service.get("/datasets/faces/preview?n=1", "Accept", Service.PROBLEM).is(200, Service.PNG);
        service.get("/models/faces/versions/1/archive", "Accept", Service.PROBLEM)
                .is(200, "application/zip");
        service.get("/nowhere", "Accept", Service.PROBLEM).isProblem(404, "not-found");
    }

    private void tooLarge() throws Exception {
        service.post("/generate", " ".repeat((16 << 20) + 1)).isProblem(413, "body-too-large");
    }

    private void mediaType() throws Exception {
        service.send(
                        "POST",
                        "/generate",
                        BodyPublishers.ofString("n=1"),
                        "Content-Type",
                        "application/x-www-form-urlencoded")
                .isProblem(415, "unsupported-media-type");
    }

    private void field() throws Exception {
        Answer answer = service.post("/generate", "{\"n\": 0, \"m\": 1}");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().path("errors").size()).isEqualTo(2);
        assertThat(answer.json().at("/errors/0/detail").asText())
                .contains("n is 0")
                .contains("1 … 64");
    }

    private void queueFull() throws Exception {
        String most = "{\"n\": 64, \"steps\": 1000, \"priority\": 0}";
        Answer accepted = service.post("/generate", most, "Prefer", "respond-async");
        assertThat(accepted.status()).as(accepted.text()).isEqualTo(202);
        try {
            Answer refused = service.post("/generate", most).isProblem(429, "queue-full");
            assertThat(Integer.parseInt(refused.header("Retry-After"))).isPositive();
        } finally {
            service.send("DELETE", accepted.header("Location"), BodyPublishers.noBody());
        }
    }
}
