package io.stepwise.upload;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.fileupload2.core.FileUploadSizeException;
import org.apache.commons.fileupload2.core.MultipartInput;
import org.apache.commons.fileupload2.core.MultipartInput.MalformedStreamException;
import org.jspecify.annotations.Nullable;

/**
 * The files of a {@code multipart/form-data} body (RFC 7578) while it arrives; nothing of it is kept. The framework's own
 * reader writes all parts to temporary files before the first can be looked at.
 *
 * <p>A part's file name, folders and all, is the file's name. A part without a file name is refused, unless it is empty.
 */
public final class MultipartFiles implements IncomingFiles {
    private static final int MAX_BOUNDARY = 70;
    private static final int MAX_HEADER_BYTES = 16 << 10;
    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream body;
    private final MultipartInput input;
    private final String fileOfItsPart;
    private final int maxParts;
    private int parts;
    private boolean ended;

    /**
     * @param body not closed
     * @param contentType of the request, with the boundary
     * @param fileOfItsPart a file that may also be sent as a part of this name, whatever its file name
     * @param maxParts how many parts there may be
     * @throws MalformedUploadException when there is no boundary
     */
    public MultipartFiles(InputStream body, String contentType, String fileOfItsPart, int maxParts) throws IOException {
        String boundary = HeaderParameters.of(contentType).get("boundary");
        if (boundary == null || boundary.isEmpty() || boundary.length() > MAX_BOUNDARY) {
            throw new MalformedUploadException("Content-Type is \"" + contentType + "\", must have a boundary of 1 … "
                    + MAX_BOUNDARY + " characters.");
        }
        this.body = body;
        this.fileOfItsPart = fileOfItsPart;
        this.maxParts = maxParts;
        InputStream newLine =
                new ByteArrayInputStream(new byte[] {'\r', '\n'}); // so the first boundary is like the others
        input = MultipartInput.builder()
                .setInputStream(new SequenceInputStream(newLine, body))
                .setBufferSize(BUFFER_BYTES)
                .setBoundary(boundary.getBytes(StandardCharsets.ISO_8859_1))
                .setMaxPartHeaderSize(MAX_HEADER_BYTES)
                .get();
        input.setHeaderCharset(StandardCharsets.ISO_8859_1);
    }

    /**
     * {@inheritDoc}
     *
     * @throws MalformedUploadException when the body is malformed or ends too early
     * @throws UploadTooLargeException when it has too many parts
     */
    @Override
    public @Nullable File next() throws IOException {
        while (nextPart()) {
            Optional<String> name = fileName(headers());
            InputStream content = new Content();
            if (name.isPresent()) {
                return new File(name.get(), content);
            }
            if (content.read() >= 0) { // browsers send an empty one where no file was chosen
                throw new InvalidUploadException(
                        "the upload is refused: a part has no file name; send pictures as files,"
                                + " such as curl -F 'file=@a.png;filename=cats/a.png', and classes in a part "
                                + fileOfItsPart);
            }
        }
        return null;
    }

    private boolean nextPart() throws IOException {
        if (ended) {
            return false;
        }
        try {
            input.discardBodyData(); // the rest of the part, or the preamble
        } catch (MalformedStreamException e) {
            throw cutOff();
        }
        try {
            ended = !input.readBoundary();
        } catch (MalformedStreamException e) {
            throw e.getCause() instanceof MalformedStreamException
                    ? malformed("something follows a boundary on its line")
                    : broken(e);
        }
        if (ended) {
            body.transferTo(OutputStream.nullOutputStream());
        } else if (++parts > maxParts) {
            throw new UploadTooLargeException("the upload must have at most " + maxParts + " files");
        }
        return !ended;
    }

    private Map<String, String> headers() throws IOException {
        String text;
        try {
            text = text(input.readHeaders().getBytes(StandardCharsets.ISO_8859_1));
        } catch (FileUploadSizeException e) {
            throw malformed("a part's headers have more than " + MAX_HEADER_BYTES + " bytes");
        } catch (MalformedStreamException e) {
            throw broken(e);
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line : text.strip().split("\r\n", -1)) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw malformed("a part's header has no colon");
            }
            headers.putIfAbsent(
                    line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return headers;
    }

    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    private Optional<String> fileName(Map<String, String> headers) {
        String encoding =
                headers.getOrDefault("content-transfer-encoding", "binary").toLowerCase(Locale.ROOT);
        if (encoding.equals("base64") || encoding.equals("quoted-printable")) {
            throw new InvalidUploadException("the upload is refused: a part has the Content-Transfer-Encoding "
                    + encoding + "; files must be sent as they are");
        }
        Map<String, String> disposition = HeaderParameters.of(headers.getOrDefault("content-disposition", ""));
        if (fileOfItsPart.equals(disposition.get("name"))) {
            return Optional.of(fileOfItsPart);
        }
        return Optional.ofNullable(disposition.get("filename")).filter(name -> !name.isEmpty());
    }

    /** The library wraps what reading the body throws. */
    private static RuntimeException broken(MalformedStreamException e) throws BrokenOffException {
        if (e.getCause() instanceof BrokenOffException left) {
            throw left;
        }
        return cutOff();
    }

    private static MalformedUploadException cutOff() {
        return malformed("the body ended before its closing boundary");
    }

    private static MalformedUploadException malformed(String reason) {
        return new MalformedUploadException("The multipart body is malformed: " + reason + ".");
    }

    private final class Content extends FilterInputStream {
        Content() {
            super(input.newInputStream());
        }

        @Override
        public int read() throws IOException {
            try {
                return super.read();
            } catch (MalformedStreamException e) {
                throw cutOff();
            }
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            try {
                return super.read(into, offset, length);
            } catch (MalformedStreamException e) {
                throw cutOff();
            }
        }
    }
}
