package io.stepwise.contract;

import static io.stepwise.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.contract.Service.Answer;
import io.stepwise.image.ImageReading;
import io.stepwise.image.Pixels;
import io.stepwise.image.Png;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Stream;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.DynamicNode;

/** {@code POST /generate} from pictures, as a stream, for later and twice: a line for each row of the contract. */
final class GenerateFormRows {
    private static final String PATH = "/generate";
    private static final String EVENTS = "text/event-stream";

    private final Service service;

    GenerateFormRows(Service service) {
        this.service = service;
    }

    Stream<DynamicNode> all() {
        return Stream.of(
                dynamicTest("image, strength", this::imageToImage),
                dynamicTest("image, add_noise", this::denoising),
                dynamicTest("image, mask", this::inpainting),
                dynamicTest("interpolate_to", this::interpolation),
                dynamicTest("application/zip", this::zip),
                dynamicTest("text/event-stream, preview_every", this::events),
                dynamicTest("Prefer: respond-async, /generations/{id}", this::later),
                dynamicTest("Idempotency-Key", this::twice));
    }

    private Pixels made(String body) throws Exception {
        Answer answer = service.post(PATH, body, "Accept", "image/png").is(200, "image/png");
        return ImageReading.read(answer.body(), 1 << 20);
    }

    private static String base64(Pixels pixels) {
        return Base64.getEncoder().encodeToString(Png.encode(pixels));
    }

    private static double distance(Pixels a, Pixels b) {
        double sum = 0;
        for (int i = 0; i < a.data().length; i++) {
            sum += Math.abs((a.data()[i] & 0xff) - (b.data()[i] & 0xff));
        }
        return sum / a.data().length;
    }

    private void imageToImage() throws Exception {
        Pixels first = made("{\"seed\": 5, \"steps\": 10}");
        String image = "\"image\": \"" + base64(first) + "\"";

        Pixels near = made("{\"seed\": 6, \"steps\": 10, \"strength\": 0.1, " + image + "}");
        Pixels far = made("{\"seed\": 6, \"steps\": 10, \"strength\": 0.9, " + image + "}");

        assertThat(distance(first, near)).isLessThan(distance(first, far) / 2);
    }

    private void denoising() throws Exception {
        String image = "\"image\": \"" + base64(made("{\"seed\": 5, \"steps\": 10}")) + "\"";

        Pixels clean = made("{\"seed\": 6, \"steps\": 10, \"strength\": 0.2, \"add_noise\": false, " + image + "}");

        assertThat(made("{\"seed\": 7, \"steps\": 10, \"strength\": 0.2, \"add_noise\": false, " + image + "}"))
                .isEqualTo(clean);
    }

    private void inpainting() throws Exception {
        Pixels first = made("{\"seed\": 5, \"steps\": 10}");
        int side = first.width();
        byte[] lower = new byte[side * side];
        Arrays.fill(lower, side * side / 2, lower.length, (byte) 255);

        Pixels painted = made("{\"seed\": 6, \"steps\": 10, \"resample\": 2, \"image\": \"" + base64(first)
                + "\", \"mask\": \"" + base64(new Pixels(side, side, 1, lower)) + "\"}");

        assertThat(painted.cropped(0, 0, side, side / 2)).isEqualTo(first.cropped(0, 0, side, side / 2));
        assertThat(painted).isNotEqualTo(first);
    }

    private void interpolation() throws Exception {
        Pixels strip = made("{\"seed\": 5, \"interpolate_to\": 6, \"label\": \"red\", \"n\": 4, \"steps\": 5}");
        Pixels end = made("{\"seed\": 6, \"label\": \"red\", \"steps\": 5}");

        int side = end.width();
        assertThat(strip.cropped(strip.width() - side - 2, 2, side, side)).isEqualTo(end);
    }

    private void zip() throws Exception {
        Answer answer = service.post(PATH, "{\"n\": 2, \"steps\": 2}", "Accept", "application/zip")
                .is(200, "application/zip");
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(answer.body()))) {
            assertThat(zip.getNextEntry().getName()).isEqualTo("0000.png");
            assertThat(zip.getNextEntry().getName()).isEqualTo("0001.png");
        }
    }

    private void events() throws Exception {
        String text = service.post(PATH, "{\"steps\": 6, \"preview_every\": 2}", "Accept", EVENTS)
                .is(200, EVENTS)
                .text();

        assertThat(text).contains("event: progress\n", "event: preview\n", "event: completed\ndata: {\"id\":");
        service.post(PATH, "{\"steps\": 0}", "Accept", EVENTS).isProblem(422, "invalid-field");
    }

    private void later() throws Exception {
        Answer accepted = service.post(PATH, "{\"n\": 2, \"steps\": 5}", "Prefer", "respond-async")
                .is(202, Service.JSON);
        String path = accepted.header("Location");
        await(
                "the images are made",
                () -> service.get(path).json().path("state").asText().equals("succeeded"));
        Answer image = service.get(path + "/images/1").is(200, "image/png");
        assertThat(service.get(path + "/images/1", "If-None-Match", image.header("ETag"))
                        .status())
                .isEqualTo(304);
        service.get(path + "/images", "Accept", Service.JSON).is(200, Service.JSON);
        service.get(path + "/images/2").isProblem(404, "generation-not-found");
        assertThat(service.send("DELETE", path, BodyPublishers.noBody()).status())
                .isEqualTo(204);
        service.get(path).isProblem(410, "gone");
    }

    private void twice() throws Exception {
        String key = "rows-" + System.nanoTime();
        JsonNode first = service.post(PATH, "{\"steps\": 2}", "Idempotency-Key", key, "Accept", Service.JSON)
                .is(200, Service.JSON)
                .json();
        Answer second = service.post(PATH, "{\"steps\": 2}", "Idempotency-Key", key, "Accept", Service.JSON);

        assertThat(second.json().path("id")).isEqualTo(first.path("id"));
        assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");
        service.post(PATH, "{\"steps\": 3}", "Idempotency-Key", key).isProblem(422, "key-reused");
    }
}
