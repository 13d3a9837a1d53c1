package io.stepwise.api.http;

import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A multipart body (RFC 2046, section 5.1) read part by part while it arrives; nothing of it is kept. The framework's own
 * reader writes all parts to temporary files before anybody can look at the first.
 */
public final class MultipartBody {
    /** Longest boundary. */
    public static final int MAX_BOUNDARY = 70;

    private static final int MAX_HEADER_BYTES = 16 << 10;

    private final InputStream in;
    /** What stands between two parts: CR LF, two dashes, the boundary. */
    private final byte[] delimiter;

    private final byte[] buffer = new byte[1 << 16];
    private int start;
    private int end;
    private boolean ended;
    private boolean inPart = true; // the preamble is read like a part

    public MultipartBody(InputStream in, byte[] boundary) {
        this.in = in;
        byte[] before = {'\r', '\n', '-', '-'};
        delimiter = Arrays.copyOf(before, before.length + boundary.length);
        System.arraycopy(boundary, 0, delimiter, before.length, boundary.length);
        buffer[end++] = '\r'; // as if the first delimiter stood behind a line
        buffer[end++] = '\n';
    }

    /**
     * A part.
     *
     * @param headers by name in lower case
     * @param content can be read until the next part is asked for
     */
    public record Part(Map<String, String> headers, InputStream content) {}

    /**
     * The next part, or none after the last, when all of the body has been read.
     *
     * @throws ProblemException when the body is malformed or ends too early
     */
    public Optional<Part> next() throws IOException {
        if (ended) {
            return Optional.empty();
        }
        while (inPart) {
            int content = contentLength(buffer.length); // may move start
            start += content;
        }
        start += delimiter.length;
        require(2);
        if (buffer[start] == '-' && buffer[start + 1] == '-') {
            ended = true;
            passOverEpilogue();
            return Optional.empty();
        }
        String rest = line(MAX_HEADER_BYTES);
        if (!rest.isBlank()) {
            throw malformed("something follows a boundary on its line");
        }
        Map<String, String> headers = headers();
        inPart = true;
        return Optional.of(new Part(headers, new Content()));
    }

    private void passOverEpilogue() throws IOException {
        do {
            start = end;
        } while (has(1));
    }

    private Map<String, String> headers() throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        int left = MAX_HEADER_BYTES;
        for (String line = line(left); !line.isEmpty(); line = line(left)) {
            left -= line.length();
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

    /** Up to the next CR LF, which is consumed. */
    private String line(int most) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            require(2);
            if (buffer[start] == '\r' && buffer[start + 1] == '\n') {
                start += 2;
                return text(line.toByteArray());
            }
            if (line.size() >= most) {
                throw malformed("a part's headers have more than " + MAX_HEADER_BYTES + " bytes");
            }
            line.write(buffer[start++]);
        }
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

    /** How many of the next bytes, up to {@code most}, surely belong to the part; 0 when the delimiter comes next. */
    private int contentLength(int most) throws IOException {
        require(delimiter.length);
        int last = Math.min(end - delimiter.length, start + most - 1);
        for (int at = start; at <= last; at++) {
            if (buffer[at] == '\r'
                    && Arrays.equals(buffer, at, at + delimiter.length, delimiter, 0, delimiter.length)) {
                inPart = at > start;
                return at - start;
            }
        }
        return last + 1 - start;
    }

    private void require(int count) throws IOException {
        if (!has(count)) {
            throw malformed("the body ended before its closing boundary");
        }
    }

    private boolean has(int count) throws IOException {
        while (end - start < count) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            end -= start;
            start = 0;
            int read = in.read(buffer, end, buffer.length - end);
            if (read < 0) {
                return false;
            }
            end += read;
        }
        return true;
    }

    private static ProblemException malformed(String what) {
        return new ProblemException(ProblemType.BAD_REQUEST, "The multipart body is malformed: " + what + ".");
    }

    private final class Content extends InputStream {
        private boolean over;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, into.length);
            if (over || length == 0) {
                return over ? -1 : 0;
            }
            int read = contentLength(length);
            if (read == 0) {
                over = true;
                return -1;
            }
            System.arraycopy(buffer, start, into, offset, read);
            start += read;
            return read;
        }
    }
}
