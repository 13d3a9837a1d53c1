package io.stepwise.api.generate;

import static io.restassured.RestAssured.given;
import static io.stepwise.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.stepwise.serving.FakeGenerator;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.NotReadyException;
import io.stepwise.serving.request.QueueFullException;
import io.stepwise.serving.request.QueuePlace;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code POST /generate} as a stream of events. */
@Tag("quarkus")
@QuarkusTest
class GenerateEventsTest {
    @Inject
    FakeGenerator generator;

    @BeforeEach
    void reset() {
        generator.reset();
    }

    private record Event(String name, JsonPath data) {}

    private static List<Event> events(Response answer) {
        List<Event> events = new ArrayList<>();
        for (String text : answer.asString().split("\n\n", -1)) {
            if (!text.isEmpty() && !text.startsWith(":")) {
                String[] lines = text.split("\n", -1);
                assertThat(lines).hasSize(2);
                events.add(new Event(lines[0].substring(7), JsonPath.from(lines[1].substring(6))));
            }
        }
        return events;
    }

    private static Response stream(String body) {
        return given().contentType("application/json")
                .accept("text/event-stream")
                .body(body)
                .when()
                .post("/generate");
    }

    @Test
    void generate_asEvents_showsTheWayAndEndsWithTheImages() {
        Response answer = stream("{\"seed\": 4, \"n\": 2, \"steps\": 6, \"preview_every\": 2}");

        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        assertThat(answer.contentType()).startsWith("text/event-stream");
        assertThat(answer.header("X-Seed")).isEqualTo("4");
        assertThat(answer.header("X-Request-Id")).isNotEmpty();
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.header("X-Accel-Buffering")).isEqualTo("no");
        List<Event> events = events(answer);
        assertThat(events)
                .filteredOn(event -> event.name.equals("preview"))
                .extracting(event -> event.data.getInt("index"), event -> event.data.getInt("step"))
                .containsExactly(tuple(0, 2), tuple(0, 4), tuple(1, 2), tuple(1, 4));
        assertThat(events).filteredOn(event -> event.name.equals("preview")).allSatisfy(event -> assertThat(
                        Base64.getDecoder().decode(event.data.getString("b64")))
                .startsWith(0x89, 'P', 'N', 'G'));
        assertThat(events)
                .filteredOn(event -> event.name.equals("progress"))
                .isNotEmpty()
                .extracting(event -> event.data.getLong("done"))
                .isSorted();
        Event last = events.get(events.size() - 1);
        assertThat(last.name).isEqualTo("completed");
        assertThat(last.data.getList("images")).hasSize(2);
        assertThat(last.data.getString("checkpoint_sha256")).isEqualTo(FakeGenerator.CHECKPOINT);
        assertThat(events).filteredOn(event -> event.name.equals("completed")).hasSize(1);
    }

    @Test
    void generate_atThePathOfEvents_isTheSame() {
        Response answer = given().contentType("application/json")
                .accept("text/event-stream")
                .body("{\"steps\": 2, \"format\": \"jpeg\"}")
                .when()
                .post("/generate/events");

        List<Event> events = events(answer);
        String image = events.get(events.size() - 1).data.getString("images[0].b64");
        assertThat(Base64.getDecoder().decode(image)).startsWith(0xff, 0xd8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            text/event-stream                          | text/event-stream
            text/event-stream, application/json;q=0.5  | text/event-stream
            text/*                                     | text/event-stream
            */*                                        | image/png
            image/png, text/event-stream               | image/png
            application/json, text/event-stream;q=0.9  | application/json
            application/zip, */*;q=0.1                 | application/zip
            """)
    void generate_byAccept_isWhatIsPreferred(String accept, String expected) {
        Response answer = given().header("Accept", accept).when().post("/generate");

        assertThat(answer.contentType()).startsWith(expected);
    }

    @Test
    void generate_atThePathOfEventsForWhoTakesNone_is406() {
        assertThat(given().accept("image/png").post("/generate/events").statusCode())
                .isEqualTo(406);
    }

    @Test
    void generate_thatIsRefused_isAProblemAndNoStream() {
        Response invalid = stream("{\"n\": 0}");
        assertThat(invalid.statusCode()).isEqualTo(422);
        assertThat(invalid.contentType()).startsWith("application/problem+json");

        generator.failure = new QueueFullException(Duration.ofSeconds(2));
        Response full = stream("{}");
        assertThat(full.statusCode()).isEqualTo(429);
        assertThat(full.header("Retry-After")).isEqualTo("2");
    }

    @Test
    void generate_thatFailsOnTheWay_endsWithTheProblem() throws InterruptedException {
        generator.hold = true;
        CompletableFuture<Response> answer = CompletableFuture.supplyAsync(() -> stream("{}"));
        CompletableFuture<Generation> work = generator.held.poll(10, TimeUnit.SECONDS);

        work.completeExceptionally(new NotReadyException("Stopping.", Duration.ofSeconds(1)));

        List<Event> events = events(answer.join());
        Event last = events.get(events.size() - 1);
        assertThat(last.name).isEqualTo("error");
        assertThat(last.data.getInt("status")).isEqualTo(503);
        assertThat(last.data.getString("type")).isEqualTo("/problems/not-ready");
    }

    @Test
    void generate_thatWaits_tellsItsPlaceAgainAndAgain() throws InterruptedException {
        generator.hold = true;
        generator.place = new QueuePlace(3, Duration.ofMillis(1500));
        CompletableFuture<Response> answer = CompletableFuture.supplyAsync(() -> stream("{}"));
        CompletableFuture<Generation> work = generator.held.poll(10, TimeUnit.SECONDS);
        GenerationRequest request = generator.last;
        generator.place = new QueuePlace(2, Duration.ofMillis(900));
        work.completeOnTimeout(FakeGenerator.generation(request), 1500, TimeUnit.MILLISECONDS);

        List<Event> places = events(answer.join()).stream()
                .filter(event -> event.name.equals("progress") && event.data.get("ahead") != null)
                .toList();

        assertThat(places)
                .extracting(event -> event.data.getInt("ahead"), event -> event.data.getInt("left_ms"))
                .containsSequence(tuple(3, 1500), tuple(2, 900));
    }

    @Test
    void generate_whoseClientLeaves_isGivenUp() throws IOException, InterruptedException {
        generator.hold = true;
        CompletableFuture<Generation> work;
        try (Socket socket = open("{}")) {
            readHead(socket);
            work = generator.held.poll(10, TimeUnit.SECONDS);
        }

        await("it is cancelled", work::isCancelled);
    }

    @Test
    void generate_whoseClientLeavesWithoutCancelling_goesOn() throws IOException, InterruptedException {
        generator.hold = true;
        CompletableFuture<Generation> stays;
        CompletableFuture<Generation> goes;
        try (Socket socket = open("{\"cancel_on_disconnect\": false}")) {
            readHead(socket);
            stays = generator.held.poll(10, TimeUnit.SECONDS);
        }
        try (Socket socket = open("{}")) {
            readHead(socket);
            goes = generator.held.poll(10, TimeUnit.SECONDS);
        }
        await("who left later is cancelled", goes::isCancelled);

        assertThat(stays.isDone()).isFalse();
    }

    private static Socket open(String body) throws IOException {
        int port = ConfigProvider.getConfig().getValue("quarkus.http.test-port", Integer.class);
        Socket socket = new Socket("localhost", port);
        socket.setSoTimeout(10_000);
        String request = "POST /generate HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static void readHead(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("event: progress") < 0) {
            int next = in.read();
            assertThat(next).as(head.toString()).isNotNegative();
            head.append((char) next);
        }
        assertThat(head).contains("200 OK");
    }
}
