package io.stepwise.api.datasets;

import static io.restassured.RestAssured.given;
import static io.stepwise.upload.Uploads.picture;
import static io.stepwise.upload.Uploads.zip;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.stepwise.data.store.TestDatasets;
import io.stepwise.upload.Uploads;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code POST /datasets/{name}} as its body arrives, piece by piece, or doesn't. */
@Tag("quarkus")
@QuarkusTest
class DatasetUploadStreamTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final byte[] ARCHIVE = zip("a.png", picture(1), "b.png", picture(99, 99, 2), "c.png", picture(3));
    private static final int MIDDLE = ARCHIVE.length / 2;

    @Inject
    TestDatasets datasets;

    @BeforeEach
    void reset() throws IOException {
        datasets.reset();
    }

    @Test
    void upload_whoseFirstHalfHasArrived_showsAHiddenFolderOnly() throws IOException {
        try (Socket client = begin("pets")) {
            await(files -> files.stream().anyMatch(file -> file.startsWith(".upload-")));
            assertThat(given().get("/datasets/pets").statusCode()).isEqualTo(404);

            client.getOutputStream().write(ARCHIVE, MIDDLE, ARCHIVE.length - MIDDLE);

            assertThat(status(client)).isEqualTo("HTTP/1.1 201");
        }
        assertThat(Uploads.tree(datasets.root))
                .containsExactly("pets/a.png", "pets/b.png", "pets/c.png", "pets/dataset.json");
    }

    @Test
    void upload_whoseClientCloses_leavesNothing() throws IOException {
        Socket client = begin("pets");
        await(files -> !files.isEmpty());

        client.close();

        await(List::isEmpty);
        assertThat(given().get("/datasets/pets").statusCode()).isEqualTo(404);
    }

    @Test
    void upload_whoseClientSendsNoMore_leavesNothing() throws IOException {
        try (Socket client = begin("pets")) {
            await(files -> !files.isEmpty());

            client.shutdownOutput();

            await(List::isEmpty);
        }
    }

    @Test
    void upload_twoOfOneNameAtOnce_oneWins() throws IOException {
        try (Socket first = begin("pets")) {
            await(files -> !files.isEmpty());

            assertThat(post("pets")).isEqualTo(409);
            assertThat(post("others")).isEqualTo(201);
            first.getOutputStream().write(ARCHIVE, MIDDLE, ARCHIVE.length - MIDDLE);

            assertThat(status(first)).isEqualTo("HTTP/1.1 201");
        }
    }

    @Test
    void upload_moreThanAllowedAtOnce_is429WithRetryAfter() throws IOException {
        try (Socket first = begin("one");
                Socket second = begin("two")) {
            await(files -> files.size() == 2);

            var answer = given().contentType("application/zip").body(ARCHIVE).post("/datasets/three");

            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(answer.jsonPath().getString("type")).isEqualTo("/problems/datasets-busy");
            assertThat(answer.header("Retry-After")).isEqualTo("30");
            first.close();
            second.close();
            await(List::isEmpty);
            assertThat(post("three")).isEqualTo(201);
        }
    }

    /** Who asks whether to go on is told no before sending a byte. */
    @Test
    void upload_ofTakenNameThatWaitsToContinue_isRefusedAtOnce() throws IOException {
        try (Socket client = connect("faces", "Expect: 100-continue\r\n")) {
            assertThat(status(client)).isEqualTo("HTTP/1.1 409");
        }
        try (Socket client = connect("pets", "Expect: 100-continue\r\n")) {
            assertThat(status(client)).isEqualTo("HTTP/1.1 100");
        }
        await(List::isEmpty);
    }

    @Test
    void upload_thatAnnouncesTooMuch_isRefusedAtOnce() throws IOException {
        try (Socket client = connect("pets", TestDatasets.LIMITS.upload().maxBytes() + 1, "Expect: 100-continue\r\n")) {
            assertThat(status(client)).isEqualTo("HTTP/1.1 413");
        }
    }

    @Test
    void upload_inChunksThatAnnounceNothing_isRefusedWhenItIsTooMuch() throws Exception {
        byte[] tooMuch = zip("a.txt", new byte[2 << 20]);
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port() + "/datasets/pets"))
                .header("Content-Type", "application/zip")
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(tooMuch)))
                .build();

        HttpResponse<String> answer = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("the upload must have at most 1048576 bytes");
    }

    @Test
    void upload_inChunks_isTaken() throws IOException {
        try (Socket client = new Socket("localhost", port())) {
            client.getOutputStream()
                    .write(("POST /datasets/pets HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/zip\r\n"
                                    + "Transfer-Encoding: chunked\r\n\r\n")
                            .getBytes(US_ASCII));
            for (int at = 0; at < ARCHIVE.length; at += 7) {
                byte[] piece = Arrays.copyOfRange(ARCHIVE, at, Math.min(at + 7, ARCHIVE.length));
                client.getOutputStream().write((Integer.toHexString(piece.length) + "\r\n").getBytes(US_ASCII));
                client.getOutputStream().write(piece);
                client.getOutputStream().write("\r\n".getBytes(US_ASCII));
            }
            client.getOutputStream().write("0\r\n\r\n".getBytes(US_ASCII));

            assertThat(status(client)).isEqualTo("HTTP/1.1 201");
        }
    }

    private static int post(String name) {
        return given().contentType("application/zip")
                .body(ARCHIVE)
                .post("/datasets/" + name)
                .statusCode();
    }

    /** Sends the first half. */
    private static Socket begin(String name) throws IOException {
        Socket client = connect(name, "");
        client.getOutputStream().write(ARCHIVE, 0, MIDDLE);
        return client;
    }

    private static Socket connect(String name, String header) throws IOException {
        return connect(name, ARCHIVE.length, header);
    }

    private static Socket connect(String name, long length, String header) throws IOException {
        Socket client = new Socket("localhost", port());
        client.setSoTimeout((int) LIMIT.toMillis());
        client.getOutputStream()
                .write(("POST /datasets/" + name + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/zip\r\n"
                                + header + "Content-Length: " + length + "\r\n\r\n")
                        .getBytes(US_ASCII));
        return client;
    }

    private static String status(Socket client) throws IOException {
        return new String(client.getInputStream().readNBytes(12), US_ASCII);
    }

    /** Waits until the files of the data sets' folder are as wanted. */
    private void await(Predicate<List<String>> wanted) throws IOException {
        Instant end = Instant.now().plus(LIMIT);
        List<String> files = files();
        while (!wanted.test(files)) {
            assertThat(Instant.now()).as("%s", files).isBefore(end);
            Thread.onSpinWait();
            files = files();
        }
    }

    /** The files while others add and remove some; hidden folders without files count, too. */
    private List<String> files() throws IOException {
        while (true) {
            try {
                List<String> files = Uploads.tree(datasets.root);
                return files.isEmpty() ? Uploads.names(datasets.root) : files;
            } catch (UncheckedIOException | NoSuchFileException changing) {
                Thread.onSpinWait();
            }
        }
    }

    private static int port() {
        return ConfigProvider.getConfig().getValue("quarkus.http.test-port", Integer.class);
    }
}
