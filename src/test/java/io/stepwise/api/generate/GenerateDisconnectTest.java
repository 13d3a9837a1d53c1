package io.stepwise.api.generate;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.stepwise.image.Pixels;
import io.stepwise.image.Png;
import io.stepwise.serving.FakeGenerator;
import io.stepwise.serving.request.Generation;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code POST /generate} whose client leaves before the answer. */
@Tag("quarkus")
@QuarkusTest
class GenerateDisconnectTest {
    private static final long LIMIT_SECONDS = 20;

    @Inject
    FakeGenerator generator;

    @Inject
    MeterRegistry registry;

    @Inject
    Vertx vertx;

    @BeforeEach
    void reset() {
        generator.reset();
        generator.hold = true;
    }

    @Test
    void generate_whoseClientCloses_isCancelled() throws Exception {
        Socket client = send("{}");
        CompletableFuture<Generation> work = held();

        client.close();

        assertCancelled(work);
    }

    @Test
    void generate_whoseClientSendsNoMore_isCancelled() throws Exception {
        try (Socket client = send("{\"cancel_on_disconnect\": true}")) {
            CompletableFuture<Generation> work = held();

            client.shutdownOutput();

            assertCancelled(work);
        }
    }

    @Test
    void generate_withLargeBodyWhoseClientCloses_isCancelled() throws Exception {
        Socket client = send(" ".repeat(100_000) + "{}");
        CompletableFuture<Generation> work = held();

        client.close();

        assertCancelled(work);
    }

    /** The connection's second request: what the first one left behind must not be what is cancelled. */
    @Test
    void generate_onConnectionUsedBefore_isCancelledAlone() throws Exception {
        Socket client = send("{}");
        CompletableFuture<Generation> first = held();
        first.complete(FakeGenerator.generation(generator.last));
        assertThat(client.getInputStream().readNBytes(12)).asString(US_ASCII).isEqualTo("HTTP/1.1 200");
        client.getOutputStream().write(request("{}"));
        CompletableFuture<Generation> second = held();

        client.close();

        assertCancelled(second);
        assertThat(first).isCompleted();
    }

    /** The second client's cancellation, on the same event loop or not, comes after the first one's would have. */
    @Test
    void generate_thatShallGoOn_isNotCancelled() throws Exception {
        Socket steadfast = send("{\"cancel_on_disconnect\": false}");
        CompletableFuture<Generation> work = held();
        CompletableFuture<Void> left = new CompletableFuture<>();
        work.whenComplete((generation, failure) -> left.complete(null));

        steadfast.close();
        Socket other = send("{}");
        CompletableFuture<Generation> control = held();
        other.close();

        assertCancelled(control);
        assertThat(left).isNotDone();
        assertThat(work.complete(FakeGenerator.generation(generator.last))).isTrue();
    }

    /** Pictures that take a second to decode, and clients that don't wait for it. */
    @Test
    void generate_withPictureWhoseClientsLeave_isNotDecodedForNobody() throws Exception {
        byte[] grey = new byte[1000 * 1000 * 3];
        new Random(1).nextBytes(grey);
        String picture = Base64.getEncoder().encodeToString(Png.encode(new Pixels(1000, 1000, 3, grey)));
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            clients.add(send("{\"image\": \"" + picture + "\"}"));
        }
        for (Socket client : clients) {
            client.close();
        }

        Gauge open = registry.get("stepwise.pictures.open").gauge();
        long end = System.nanoTime() + SECONDS.toNanos(LIMIT_SECONDS);
        while (open.value() > 0 && System.nanoTime() < end) {
            Thread.sleep(10);
        }
        assertThat(open.value()).isZero();
        assertThat(generator.held).hasSizeLessThan(12);
    }

    @Test
    void generate_overHttp2WhoseStreamIsReset_isCancelled() throws Exception {
        HttpClient http = vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
        HttpClientRequest request = http.request(HttpMethod.POST, port(), "localhost", "/generate")
                .toCompletionStage()
                .toCompletableFuture()
                .get(LIMIT_SECONDS, SECONDS);
        request.send();
        CompletableFuture<Generation> work = held();
        assertThat(request.version()).isEqualTo(HttpVersion.HTTP_2);

        assertThat(request.reset()).isTrue();

        assertCancelled(work);
        http.close();
    }

    private static void assertCancelled(CompletableFuture<Generation> work) {
        assertThatThrownBy(() -> work.get(LIMIT_SECONDS, SECONDS)).isInstanceOf(CancellationException.class);
    }

    private CompletableFuture<Generation> held() throws InterruptedException {
        CompletableFuture<Generation> work = generator.held.poll(LIMIT_SECONDS, SECONDS);
        assertThat(work).as("the work has been submitted").isNotNull();
        return work;
    }

    private static Socket send(String body) throws IOException {
        Socket client = new Socket("localhost", port());
        client.getOutputStream().write(request(body));
        return client;
    }

    private static byte[] request(String body) {
        return ("POST /generate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body)
                .getBytes(US_ASCII);
    }

    private static int port() {
        return ConfigProvider.getConfig().getValue("quarkus.http.test-port", Integer.class);
    }
}
