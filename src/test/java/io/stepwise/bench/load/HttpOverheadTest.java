package io.stepwise.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpOverheadTest {
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private URI address;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(exchange.getRequestURI() + " " + body + " "
                    + exchange.getRequestHeaders().getFirst("Accept"));
            byte[] answer = new byte[5000];
            exchange.sendResponseHeaders(exchange.getRequestURI().getPath().equals("/gone") ? 404 : 200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void measure_ofAServer_asksBothInTurn() throws IOException {
        HttpOverhead overhead = HttpOverhead.measure(address, 1, 2);

        assertThat(asked)
                .hasSize(6)
                .containsSequence("/generate {\"steps\":1} image/png", "/bench/plain {\"steps\":1} image/png");
        assertThat(overhead.requests()).isEqualTo(2);
        assertThat(overhead.headlines())
                .containsEntry("overhead_p50_us", overhead.generateP50Us() - overhead.plainP50Us())
                .containsEntry("overhead_p99_us", overhead.generateP99Us() - overhead.plainP99Us());
    }

    @Test
    void exchange_answeredWithAnError_saysWhich() throws IOException {
        try (HttpProbe probe = new HttpProbe(address)) {
            assertThatThrownBy(() -> probe.exchange(HttpProbe.post(address, "/gone", "{}")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("404")
                    .hasMessageContaining("POST /gone");
        }
    }
}
