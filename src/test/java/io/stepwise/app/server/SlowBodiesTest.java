package io.stepwise.app.server;

import static io.restassured.RestAssured.given;
import static io.stepwise.Waiting.await;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.stepwise.data.store.TestDatasets;
import io.stepwise.memory.MemoryBudget;
import io.stepwise.serving.FakeGenerator;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.context.ManagedExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bodies that arrive slowly, or are many, in a service of few worker threads and little memory. */
@Tag("quarkus")
@QuarkusTest
@TestProfile(SlowBodiesTest.Small.class)
class SlowBodiesTest {
    private static final int THREADS = 4;
    private static final int MANY = 5 * THREADS;
    private static final int MEBI = 1 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Few threads, and room for four bodies of 4 MiB while they arrive. */
    public static final class Small implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "stepwise.clients.patience", "1s",
                    "stepwise.clients.least-rate", Integer.toString(2 * MEBI),
                    "stepwise.clients.memory", "64M",
                    "quarkus.thread-pool.max-threads", Integer.toString(THREADS),
                    "stepwise.train.launcher", "none");
        }
    }

    @Inject
    FakeGenerator generator;

    @Inject
    TestDatasets datasets;

    @Inject
    MemoryBudget budget;

    @Inject
    ManagedExecutor workers;

    @Inject
    Vertx vertx;

    private final List<Socket> clients = new ArrayList<>();

    @BeforeEach
    void reset() throws IOException {
        generator.reset();
        datasets.reset();
    }

    @AfterEach
    void close() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        await("all memory is given back", () -> budget.used() == 0);
    }

    private static int port() {
        return ConfigProvider.getConfig().getValue("quarkus.http.test-port", Integer.class);
    }

    /** Sends a head and the begin of a body. */
    private Socket begin(String path, String headers, int length, String begin) throws IOException {
        Socket client = new Socket("localhost", port());
        client.setSoTimeout((int) LIMIT.toMillis());
        clients.add(client);
        client.getOutputStream()
                .write(("POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "Content-Length: " + length
                                + "\r\n\r\n" + begin)
                        .getBytes(US_ASCII));
        return client;
    }

    private Socket beginJson(String path, int length, String begin) throws IOException {
        return begin(path, "Content-Type: application/json\r\n", length, begin);
    }

    /** Sends a byte every 50 ms until the service closes the connection; what it answered. */
    private static String trickle(Socket client) throws Exception {
        Thread sender = new Thread(() -> {
            try {
                while (true) {
                    client.getOutputStream().write(' ');
                    TimeUnit.MILLISECONDS.sleep(50);
                }
            } catch (IOException | InterruptedException e) {
                return; // closed
            }
        });
        sender.start();
        String answer = answer(client);
        sender.join(LIMIT.toMillis());
        assertThat(sender.isAlive()).isFalse();
        return answer;
    }

    /** What comes until the connection is closed. */
    private static String answer(Socket client) throws IOException {
        StringBuilder answer = new StringBuilder();
        try (InputStream in = client.getInputStream()) {
            for (int next = in.read(); next >= 0; next = in.read()) {
                answer.append((char) next);
            }
        } catch (IOException reset) {
            return answer.toString();
        }
        return answer.toString();
    }

    /** What a service that works answers to other clients. */
    private static void requireService() {
        for (String path : new String[] {"/q/health/live", "/q/health/ready", "/q/metrics", "/models", "/datasets"}) {
            assertThat(given().get(path).statusCode()).as(path).isEqualTo(200);
        }
        assertThat(given().contentType("application/json")
                        .body("{\"steps\": 1}")
                        .post("/generate")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void bodies_moreThanThreads_holdNone() throws IOException {
        for (int i = 0; i < MANY; i++) {
            for (String path : List.of("/generate", "/train", "/v1/images/generations", "/v2/models/faces/infer")) {
                beginJson(path, MEBI, "{\"image\": \"" + "A".repeat(20_000));
            }
        }
        await("they are arriving", () -> budget.used() >= 4 * MANY * 20_000L);

        requireService();
    }

    @Test
    void body_thatTrickles_is408AndTheConnectionIsClosed() throws Exception {
        String answer = trickle(beginJson("/generate", MEBI, "{"));

        assertThat(answer).startsWith("HTTP/1.1 408 ");
        assertThat(answer.toLowerCase(Locale.ROOT))
                .contains("connection: close", "x-request-id: ", "cache-control: no-store", "application/problem+json");
        assertThat(answer)
                .contains("/problems/body-too-slow")
                .containsPattern(
                        "the body has brought \\d+ bytes in 1 s, must bring 2097152 a second after the first 1 s");
        assertThat(generator.last).isNull();
    }

    @Test
    void upload_thatTrickles_is408AndLeavesNothing() throws Exception {
        String zip = trickle(begin("/datasets/pets", "Content-Type: application/zip\r\n", MEBI, "PK"));
        String form =
                trickle(begin("/datasets/pets", "Content-Type: multipart/form-data; boundary=b\r\n", MEBI, "--b\r\n"));
        String model = trickle(begin("/models/x/versions", "Content-Type: application/zip\r\n", MEBI, "PK"));

        assertThat(List.of(zip, form, model)).allSatisfy(answer -> assertThat(answer)
                .startsWith("HTTP/1.1 408 ")
                .contains("/problems/body-too-slow")
                .containsIgnoringCase("connection: close"));
        assertThat(datasets.root).isEmptyDirectory();
    }

    /** Many streams of one connection, as HTTP/2 allows them. */
    @Test
    void streams_thatTrickle_are408AndHoldNoThread() throws Exception {
        HttpClient client = vertx.createHttpClient(new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setHttp2MaxPoolSize(1)
                .setDefaultPort(port()));
        List<CompletableFuture<String>> answers =
                IntStream.range(0, MANY).mapToObj(each -> trickle(client)).toList();

        await("they are arriving", () -> budget.used() >= MANY);
        requireService();
        for (CompletableFuture<String> answer : answers) {
            assertThat(answer.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .startsWith("HTTP_2 408 id ")
                    .contains("/problems/body-too-slow");
        }
        client.close();
    }

    /** Sends a byte every 100 ms; the answer. */
    private CompletableFuture<String> trickle(HttpClient client) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        client.request(HttpMethod.POST, "/generate")
                .onFailure(answer::completeExceptionally)
                .onSuccess(request -> {
                    request.setChunked(true).putHeader("Content-Type", "application/json");
                    long timer = vertx.setPeriodic(100, tick -> request.write(" "));
                    request.write("{");
                    request.response()
                            .compose(head -> head.body()
                                    .map(body -> head.version() + " " + head.statusCode()
                                            + (head.getHeader("X-Request-Id") == null ? " " : " id ") + body))
                            .onComplete(end -> vertx.cancelTimer(timer))
                            .onSuccess(answer::complete)
                            .onFailure(answer::completeExceptionally);
                });
        return answer;
    }

    @Test
    void bodies_beyondTheMemory_are429AndSmallOnesAreServed() throws Exception {
        int size = 4 * MEBI;
        String most = "{\"image\": \"" + "A".repeat(size - 1000);
        List<CompletableFuture<String>> answers = IntStream.range(0, 12)
                .mapToObj(each ->
                        CompletableFuture.supplyAsync(() -> large(size, most), task -> new Thread(task).start()))
                .toList();

        await("some have arrived", () -> budget.used() > 24 * MEBI);
        requireService();
        List<String> refused = Stream.of(answers)
                .flatMap(List::stream)
                .map(CompletableFuture::join)
                .filter(answer -> answer.startsWith("HTTP/1.1 429 "))
                .toList();

        assertThat(refused).hasSizeGreaterThanOrEqualTo(8).allSatisfy(answer -> assertThat(answer)
                .contains("/problems/memory-busy")
                .containsIgnoringCase("retry-after: 2\r")
                .containsIgnoringCase("connection: close"));
        assertThat(answers)
                .filteredOn(answer -> answer.join().startsWith("HTTP/1.1 408 "))
                .hasSize(12 - refused.size());
    }

    /** Sends all but the end of a body; the answer. */
    private String large(int size, String most) {
        try {
            Socket client;
            synchronized (clients) {
                client = beginJson("/generate", size, "");
            }
            try {
                client.getOutputStream().write(most.getBytes(US_ASCII));
            } catch (IOException closed) {
                // refused before all was sent
            }
            return answer(client);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void body_thatNeedsMoreThanAllMemory_is413() {
        var answer = given().contentType("application/json")
                .body("{\"image\": \"" + "A".repeat(12 * MEBI) + "\"}")
                .post("/generate");

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.jsonPath().getString("detail")).contains("must need at most 58720256");
    }

    @Test
    void body_largerThanAllowed_isRefusedBeforeItIsRead() throws Exception {
        Socket client =
                begin("/generate", "Content-Type: application/json\r\nExpect: 100-continue\r\n", 16 * MEBI + 1, "");

        assertThat(answer(client)).startsWith("HTTP/1.1 413 ").contains("The body must have at most 16777216 bytes.");
    }

    /** The body of another type is not waited for either. */
    @Test
    void body_ofAnotherType_isRefusedWithItsFirstByte() throws Exception {
        Socket client = begin("/generate", "Content-Type: image/png\r\n", MEBI, "x");

        assertThat(answer(client)).startsWith("HTTP/1.1 415 ");
    }

    /** Its check would hold the event loop. */
    @Test
    void body_thatIsLargeWithoutPictures_isServed() {
        var answer = given().contentType("application/json")
                .body("{\"label\": \"" + "A".repeat(MEBI) + "\"}")
                .post("/generate");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(generator.last.label()).hasSize(MEBI);
    }

    /** Neither liveness nor readiness wait for a worker. */
    @Test
    void health_whileAllThreadsAreTaken_isAnswered() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try {
            CountDownLatch taken = new CountDownLatch(THREADS);
            for (int i = 0; i < THREADS; i++) {
                workers.execute(() -> {
                    taken.countDown();
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                });
            }
            assertThat(taken.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

            for (String path : new String[] {
                "/q/health/live",
                "/q/health/ready",
                "/q/health/started",
                "/q/health",
                "/v2/health/live",
                "/v2/health/ready"
            }) {
                assertThat(given().get(path).statusCode()).as(path).isEqualTo(200);
            }
            assertThat(given().contentType("application/json")
                            .body("{\"steps\": 1}")
                            .post("/generate")
                            .statusCode())
                    .isEqualTo(200);
        } finally {
            end.countDown();
        }
    }

    /** An answer that comes before the body keeps the connection if the body is small. */
    @Test
    void refusal_ofASmallBody_keepsTheConnection() throws Exception {
        Socket client = begin("/nowhere", "Content-Type: application/json\r\n", 2, "{}");
        client.getOutputStream()
                .write("GET /q/health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                        .getBytes(US_ASCII));

        assertThat(answer(client)).containsSubsequence("HTTP/1.1 404 ", "HTTP/1.1 200 ");
    }
}
