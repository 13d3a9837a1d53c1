package io.stepwise.api.generate;

import io.stepwise.api.access.Sha256;
import io.stepwise.api.http.JsonBody;
import io.stepwise.image.ImageFormat;
import io.stepwise.schema.MessageJson;
import io.stepwise.serving.MeasuredEncoder;
import io.stepwise.serving.request.GeneratedImage;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.Timings;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Encodes a generation in the form that the client wants. This takes milliseconds per image, so call it on a worker
 * thread.
 */
public final class GenerateAnswer {
    public static final String SEED = "X-Seed";
    public static final String MODEL_VERSION = "X-Model-Version";
    static final String SERVER_TIMING = "Server-Timing";

    /** The earliest time that a zip can hold. All entries use it, so that the same images give the same bytes. */
    private static final LocalDateTime EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0);

    private final Generation generation;
    private final long start = System.nanoTime();

    public GenerateAnswer(Generation generation) {
        this.generation = generation;
    }

    /** One image, or a contact sheet if there are several. */
    Response image(ImageFormat format) {
        List<GeneratedImage> images = generation.images();
        byte[] body = images.size() == 1
                ? MeasuredEncoder.image(
                        images.get(0),
                        format,
                        GenerationParameters.of(generation, images.get(0).index()))
                : MeasuredEncoder.contactSheet(images, columns(), format, GenerationParameters.of(generation));
        return answer(body, format.mediaType(), '"' + Sha256.hex(body) + '"', encodeTime());
    }

    /** Close to a square; a single row if the images interpolate between two seeds. */
    private int columns() {
        int n = generation.images().size();
        return generation.request().interpolateTo() != null ? n : (int) Math.ceil(Math.sqrt(n));
    }

    /** Each image as its own file, plus {@code generation.json}. The same images give the same bytes. */
    Response zip(ImageFormat format) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(body)) {
            zip.setLevel(Deflater.NO_COMPRESSION); // the images are already compressed
            for (GeneratedImage image : generation.images()) {
                String name = String.format(Locale.ROOT, "%04d.%s", image.index(), format.wireName());
                put(
                        zip,
                        name,
                        MeasuredEncoder.image(image, format, GenerationParameters.of(generation, image.index())));
            }
            put(zip, "parameters.json", GenerationParameters.of(generation).getBytes(StandardCharsets.UTF_8));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        Response answer =
                answer(body.toByteArray(), GenerateForm.ZIP, '"' + Sha256.hex(body.toByteArray()) + '"', encodeTime());
        answer.getHeaders().putSingle(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"images.zip\"");
        return answer;
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(EPOCH);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    /** All images and their metadata. {@code format} is the encoding of the images. */
    Response json(ImageFormat format) {
        List<GenerateResponse.Image> images = images(format);
        Duration encode = encodeTime();
        byte[] body = JsonBody.write(response(images, encode));
        return answer(body, MediaType.APPLICATION_JSON, "W/\"" + digest(images) + '"', encode);
    }

    /** The same content as {@link #json}, as an object that can be embedded. */
    GenerateResponse response(ImageFormat format) {
        List<GenerateResponse.Image> images = images(format);
        return response(images, encodeTime());
    }

    private List<GenerateResponse.Image> images(ImageFormat format) {
        List<GenerateResponse.Image> images = new ArrayList<>();
        for (GeneratedImage image : generation.images()) {
            byte[] encoded = MeasuredEncoder.image(image, format, GenerationParameters.of(generation, image.index()));
            images.add(new GenerateResponse.Image(
                    image.index(),
                    MessageJson.unsigned(image.seed()),
                    Sha256.hex(encoded),
                    image.label(),
                    Base64.getEncoder().encodeToString(encoded)));
        }
        return images;
    }

    private GenerateResponse response(List<GenerateResponse.Image> images, Duration encode) {
        Timings timings = generation.timings();
        return new GenerateResponse(
                generation.id(),
                generation.created().toString(),
                generation.model(),
                generation.version(),
                generation.checkpointSha256(),
                generation.request().sampler() == null
                        ? null
                        : generation.request().sampler().wireName(),
                generation.request().stepsOrUsual(),
                images,
                new GenerateResponse.Timings(
                        milliseconds(timings.queue()),
                        milliseconds(timings.compute()),
                        milliseconds(encode),
                        timings.meanBatch()));
    }

    private Response answer(byte[] body, String mediaType, String etag, Duration encode) {
        Timings timings = generation.timings();
        return Response.ok(body, mediaType)
                .header(SEED, Long.toUnsignedString(generation.request().seed()))
                .header(MODEL_VERSION, generation.version())
                .header(HttpHeaders.ETAG, etag)
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT)
                .header(
                        SERVER_TIMING,
                        "queue;dur=" + decimal(timings.queue()) + ", compute;dur=" + decimal(timings.compute())
                                + ", encode;dur=" + decimal(encode))
                .build();
    }

    private Duration encodeTime() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** The same images give the same digest, although the answer's id and timings differ. */
    private static String digest(List<GenerateResponse.Image> images) {
        return Sha256.hex(images.stream()
                .map(GenerateResponse.Image::sha256)
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.US_ASCII));
    }

    private static double milliseconds(Duration duration) {
        return TimeUnit.NANOSECONDS.toMicros(duration.toNanos()) / 1000.0;
    }

    /** Milliseconds with three decimals. {@code String.format} would take as long as all other headers together. */
    private static String decimal(Duration duration) {
        long micros = TimeUnit.NANOSECONDS.toMicros(duration.toNanos());
        return micros / 1000 + "." + Long.toString(1000 + micros % 1000).substring(1);
    }
}
