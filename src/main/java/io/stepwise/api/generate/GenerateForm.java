package io.stepwise.api.generate;

import io.stepwise.api.http.Negotiation;
import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import io.stepwise.image.ImageFormat;
import io.stepwise.serving.request.Generation;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The form in which a client wants its images.
 *
 * @param mediaType of the answer
 * @param format encoding of the images in it
 */
public record GenerateForm(String mediaType, ImageFormat format) {
    /** A zip archive with each image as a file. */
    public static final String ZIP = "application/zip";

    /**
     * Chooses the form that {@code accept} prefers.
     *
     * @param format of the images, if the client names one
     * @throws ProblemException if the client accepts none of the forms
     */
    static GenerateForm choose(List<String> accept, Optional<ImageFormat> format) {
        List<String> offered = Stream.concat(
                        format.map(Stream::of)
                                .orElseGet(() -> Arrays.stream(ImageFormat.values()))
                                .map(ImageFormat::mediaType),
                        Stream.of(MediaType.APPLICATION_JSON, ZIP))
                .toList();
        String mediaType = Negotiation.choose(accept, offered)
                .orElseThrow(() -> new ProblemException(
                        ProblemType.NOT_ACCEPTABLE,
                        "Accept is \"" + String.join(", ", accept) + "\", must cover one of "
                                + String.join(", ", offered) + ", " + MediaType.SERVER_SENT_EVENTS
                                + format.map(named -> " as format is \"" + named.wireName() + '"')
                                        .orElse("")
                                + "."));
        return new GenerateForm(
                mediaType,
                format.orElseGet(
                        () -> mediaType.equals(ImageFormat.JPEG.mediaType()) ? ImageFormat.JPEG : ImageFormat.PNG));
    }

    /** Encodes {@code generation} in this form. */
    Response answer(Generation generation) {
        GenerateAnswer answer = new GenerateAnswer(generation);
        return switch (mediaType) {
            case MediaType.APPLICATION_JSON -> answer.json(format);
            case ZIP -> answer.zip(format);
            default -> answer.image(format);
        };
    }
}
