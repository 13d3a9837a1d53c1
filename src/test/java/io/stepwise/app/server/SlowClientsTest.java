package io.stepwise.app.server;

import static io.restassured.RestAssured.given;
import static io.stepwise.Waiting.await;
import static io.stepwise.Waiting.waiting;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.stepwise.data.store.TestDatasets;
import io.stepwise.serving.FakeGenerator;
import io.stepwise.serving.request.Generation;
import io.stepwise.upload.Uploads;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Clients that are slow, half gone or gone cost nothing that lasts: not a socket, not a thread, not a file, no slot. */
@Tag("quarkus")
@QuarkusTest
@TestProfile(SlowClientsTest.Impatient.class)
class SlowClientsTest {
    private static final Duration PATIENCE = Duration.ofMillis(600);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final byte[] ARCHIVE = Uploads.zip("a/a.png", Uploads.picture(1), "b/b.png", Uploads.picture(2));

    /** Patience for a moment. */
    public static final class Impatient implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "stepwise.clients.patience", PATIENCE.toString(),
                    "quarkus.http.idle-timeout", "1s",
                    "stepwise.train.launcher", "none");
        }
    }

    @Inject
    FakeGenerator generator;

    @Inject
    TestDatasets datasets;

    @Inject
    MeterRegistry registry;

    private final Map<Socket, String> clients = new LinkedHashMap<>();
    private final Map<Socket, Integer> ports = new HashMap<>();

    @BeforeEach
    void reset() throws IOException {
        generator.reset();
        datasets.reset();
    }

    @AfterEach
    void close() throws IOException {
        for (Socket client : clients.keySet()) {
            client.close();
        }
    }

    private Socket send(String text) throws IOException {
        return send(text, 0);
    }

    private Socket send(String text, int receiveBuffer) throws IOException {
        Socket client = new Socket();
        if (receiveBuffer > 0) {
            client.setReceiveBufferSize(receiveBuffer);
        }
        client.setSoTimeout((int) LIMIT.toMillis());
        client.connect(new InetSocketAddress(
                "localhost", ConfigProvider.getConfig().getValue("quarkus.http.test-port", Integer.class)));
        clients.put(client, text);
        ports.put(client, client.getLocalPort());
        client.getOutputStream().write(text.getBytes(US_ASCII));
        return client;
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    }

    private static String post(String path, String type, int length) {
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type + "\r\nContent-Length: "
                + length + "\r\n\r\n";
    }

    /** Reads until the service closes the connection, and says what came. */
    private static String untilClosed(Socket client) throws IOException {
        try (InputStream in = client.getInputStream()) {
            return new String(in.readAllBytes(), US_ASCII);
        } catch (SocketException reset) {
            return "";
        }
    }

    private double closed(String reason) {
        return registry.counter("stepwise.connections.closed", "reason", reason).count();
    }

    private void awaitNoneServed() {
        await("none is served", () -> served().isEmpty());
    }

    @Test
    void headers_neverFinished_areGivenUp() throws IOException {
        assertThat(untilClosed(send(""))).isEmpty();
        assertThat(untilClosed(send("GET / HTTP/1.1\r\nHost: loc"))).doesNotContain(" 200 ");
    }

    @Test
    void headers_neverFinishedAfterARequest_areGivenUp() throws IOException {
        Socket client = send(get("/q/health/live") + "GET / HTTP/1.1\r\nHost: loc");

        assertThat(untilClosed(client)).contains("200 OK").containsOnlyOnce("HTTP/1.1 ");
    }

    @Test
    void connection_thatAsksForNothingMore_isClosed() throws IOException {
        double before = closed("idle");

        assertThat(untilClosed(send(get("/q/health/live")))).contains("200 OK");
        assertThat(closed("idle")).isGreaterThan(before);
    }

    @Test
    void answers_thatNobodyReads_areGivenUp() throws Exception {
        double before = closed("unread");
        Socket client = send("", 4096);
        String many = get("/q/openapi").repeat(300); // some 40 MB, more than any buffer of the system
        client.getOutputStream().write(many.getBytes(US_ASCII));

        await("it is closed", () -> closed("unread") > before);
    }

    /** What patience is not for: who waits for an answer may wait as long as it takes. */
    @Test
    void client_thatWaitsForItsAnswer_getsIt() throws Exception {
        generator.hold = true;
        Socket client = send(post("/generate", "application/json", 2) + "{}");
        CompletableFuture<Generation> work = generator.held.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(work).isNotNull();
        waiting("it is left alone").during(PATIENCE.multipliedBy(4)).until(() -> !work.isDone());
        work.complete(FakeGenerator.generation(generator.last));

        assertThat(untilClosed(client)).startsWith("HTTP/1.1 200 OK");
    }

    /** It is one that waits, too: nothing happens to a job that is queued. */
    @Test
    void events_followedWhileNothingHappens_goOn() throws Exception {
        Socket client = send(get("/train/" + job() + "/events"));
        client.setSoTimeout((int) (4 * PATIENCE.toMillis()));
        StringBuilder came = new StringBuilder();
        byte[] some = new byte[4096];
        try {
            for (int read = client.getInputStream().read(some);
                    read >= 0;
                    read = client.getInputStream().read(some)) {
                came.append(new String(some, 0, read, US_ASCII));
            }
            assertThat(came).as("the stream has ended").isEmpty();
        } catch (SocketTimeoutException silent) {
            assertThat(came).contains("event:queued");
        }
    }

    private static String job() {
        return given().contentType("application/json")
                .body("{\"model\": \"slow\", \"steps\": 10, \"unet\": \"tiny\", \"warmup_steps\": 0}")
                .post("/train")
                .jsonPath()
                .getString("id");
    }

    @Test
    void clients_thatVanish_leaveNothing() throws Exception {
        String events = get("/train/" + job() + "/events");
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();
        generator.hold = true;
        for (int i = 0; i < 20; i++) {
            vanish(send(events), i);
            vanish(send(post("/generate", "application/json", 2) + "{}"), i);
            Socket upload = send(post("/datasets/pets" + i, "application/zip", ARCHIVE.length));
            upload.getOutputStream().write(ARCHIVE, 0, ARCHIVE.length / 2);
            vanish(upload, i);
            vanish(
                    send("POST /models/x/versions HTTP/1.1\r\nHost: x\r\nContent-Type: application/zip\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n4\r\nPK"),
                    i);
            vanish(send(get("/q/openapi"), 1024), i);
        }

        awaitNoneServed();
        await("the files are gone", () -> Uploads.names(datasets.root).isEmpty());
        await("the work is given up", () -> generator.held.stream().allMatch(CompletableFuture::isDone));
        await(
                "the threads are gone or free",
                () -> ManagementFactory.getThreadMXBean().getThreadCount() <= threads + 40);
        assertThat(given().contentType("application/zip")
                        .body(ARCHIVE)
                        .post("/datasets/pets")
                        .statusCode())
                .isEqualTo(201);
    }

    /** By a reset, by saying that nothing follows, or by closing. */
    private static void vanish(Socket client, int way) throws IOException {
        if (way % 3 == 0) {
            client.setSoLinger(true, 0);
        } else if (way % 3 == 1) {
            client.shutdownOutput();
            return; // the test closes its own end when all is over
        }
        client.close();
    }

    /** What the clients of this test have sent whose connections the service still holds. */
    private List<String> served() throws IOException {
        int server = ConfigProvider.getConfig().getValue("quarkus.http.test-port", Integer.class);
        List<String> held = new ArrayList<>();
        for (Path table : List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"))) {
            for (String line : Files.readAllLines(table)) {
                String[] columns = line.strip().split("\\s+");
                boolean ours = columns.length > 9 && port(columns[1]) == server && !columns[9].equals("0");
                String sent = ours ? sent(port(columns[2])) : null;
                if (sent != null) {
                    held.add("state " + columns[3] + ": " + sent);
                }
            }
        }
        return held;
    }

    private static int port(String address) {
        return address.contains(":") ? Integer.parseInt(address.substring(address.indexOf(':') + 1), 16) : -1;
    }

    private String sent(int port) {
        for (Map.Entry<Socket, String> each : clients.entrySet()) {
            if (ports.get(each.getKey()) == port) {
                return each.getValue();
            }
        }
        return null;
    }
}
