package io.stepwise.api.datasets;

import io.stepwise.api.http.HeaderParameters;
import io.stepwise.api.http.MultipartBody;
import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import io.stepwise.data.InvalidDatasetException;
import io.stepwise.data.store.IncomingFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The files of a {@code multipart/form-data} body (RFC 7578) while it arrives: a part's file name, folders and all, is
 * the file's; a part named {@code labels.csv} is that file, whatever its file name. Other parts without a file name are
 * refused.
 */
public final class DatasetParts implements IncomingFiles {
    private static final String LABELS = "labels.csv";

    private final MultipartBody body;

    /**
     * @param body not closed
     * @param contentType of the request, with the boundary
     * @throws ProblemException when there is no boundary
     */
    public DatasetParts(InputStream body, String contentType) {
        String boundary = HeaderParameters.of(contentType).get("boundary");
        if (boundary == null || boundary.isEmpty() || boundary.length() > MultipartBody.MAX_BOUNDARY) {
            throw new ProblemException(
                    ProblemType.BAD_REQUEST,
                    "Content-Type is \"" + contentType + "\", must have a boundary of 1 … " + MultipartBody.MAX_BOUNDARY
                            + " characters.");
        }
        this.body = new MultipartBody(body, boundary.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public @Nullable File next() throws IOException {
        for (Optional<MultipartBody.Part> part = body.next(); part.isPresent(); part = body.next()) {
            Optional<String> name = fileName(part.get().headers());
            if (name.isPresent()) {
                return new File(name.get(), part.get().content());
            }
            if (part.get().content().read() >= 0) { // browsers send an empty one where no file was chosen
                throw new InvalidDatasetException(
                        "the upload is refused: a part has no file name; send pictures as files,"
                                + " such as curl -F 'file=@a.png;filename=cats/a.png', and classes in a part "
                                + LABELS);
            }
        }
        return null;
    }

    private static Optional<String> fileName(Map<String, String> headers) {
        String encoding =
                headers.getOrDefault("content-transfer-encoding", "binary").toLowerCase(Locale.ROOT);
        if (encoding.equals("base64") || encoding.equals("quoted-printable")) {
            throw new InvalidDatasetException("the upload is refused: a part has the Content-Transfer-Encoding "
                    + encoding + "; files must be sent as they are");
        }
        Map<String, String> disposition = HeaderParameters.of(headers.getOrDefault("content-disposition", ""));
        if (LABELS.equals(disposition.get("name"))) {
            return Optional.of(LABELS);
        }
        return Optional.ofNullable(disposition.get("filename")).filter(name -> !name.isEmpty());
    }
}
