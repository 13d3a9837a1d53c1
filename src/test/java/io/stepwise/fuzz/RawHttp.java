package io.stepwise.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** HTTP/1.1 without a library, so that requests may be as wrong as they like. */
public final class RawHttp {
    private static final int MOST_BYTES = 64 << 20;

    private RawHttp() {}

    /**
     * What came back.
     *
     * @param status 0 when the connection was closed without an answer
     * @param headers by their names in lower case
     * @param body empty for a stream of events, of which only the head is read
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Answer(int status, Map<String, List<String>> headers, byte[] body, Duration took) {
        public String header(String name) {
            List<String> values = headers.get(name);
            return values == null ? null : values.get(0);
        }

        /** The media type without its parameters; null when there is none. */
        public String mediaType() {
            String type = header("content-type");
            return type == null ? null : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        }

        public String text() {
            return new String(body, java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    /**
     * Sends {@code request} and reads the answer.
     *
     * @param halfClose whether the client says that nothing will follow
     * @throws IOException when the answer is none, or doesn't come in time
     */
    public static Answer send(int port, byte[] request, boolean halfClose, Duration limit) throws IOException {
        long start = System.nanoTime();
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout((int) limit.toMillis());
            try {
                OutputStream out = socket.getOutputStream();
                out.write(request);
                out.flush();
                if (halfClose) {
                    socket.shutdownOutput();
                }
            } catch (SocketException e) {
                // refused before all was sent: the answer says why
            }
            boolean head = new String(request, 0, Math.min(5, request.length), ISO_8859_1).startsWith("HEAD ");
            return read(socket.getInputStream(), head, start);
        }
    }

    private static Answer read(InputStream in, boolean head, long start) throws IOException {
        int status;
        Map<String, List<String>> headers;
        try {
            do {
                String line = line(in);
                if (line.isEmpty()) {
                    return new Answer(0, Map.of(), new byte[0], since(start));
                }
                if (!line.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) {
                    throw new IOException("no status line: " + line);
                }
                status = Integer.parseInt(line.substring(9, 12));
                headers = headers(in);
            } while (status < 200);
        } catch (EOFException | SocketException e) {
            return new Answer(0, Map.of(), new byte[0], since(start));
        }
        boolean none = head || status == 204 || status == 304;
        Answer answer = new Answer(status, headers, new byte[0], since(start));
        if (none || "text/event-stream".equals(answer.mediaType())) {
            return answer;
        }
        try {
            return new Answer(status, headers, body(in, answer), since(start));
        } catch (EOFException | SocketException e) {
            return new Answer(0, Map.of(), new byte[0], since(start)); // closed in the middle
        }
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static Map<String, List<String>> headers(InputStream in) throws IOException {
        Map<String, List<String>> headers = new TreeMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            String[] parts = line.split(":", 2);
            if (parts.length < 2) {
                throw new IOException("no header: " + line);
            }
            headers.computeIfAbsent(parts[0].toLowerCase(Locale.ROOT), name -> new java.util.ArrayList<>())
                    .add(parts[1].strip());
        }
        return headers;
    }

    private static byte[] body(InputStream in, Answer answer) throws IOException {
        if ("chunked".equals(answer.header("transfer-encoding"))) {
            return chunks(in);
        }
        String length = answer.header("content-length");
        if (length == null) {
            return in.readNBytes(MOST_BYTES);
        }
        byte[] body = in.readNBytes(Integer.parseInt(length));
        if (body.length != Integer.parseInt(length)) {
            throw new EOFException("the body has " + body.length + " bytes of " + length);
        }
        return body;
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(line(in).split(";", 2)[0].strip(), 16);
            body.write(in.readNBytes(size));
            line(in);
            if (size == 0) {
                return body.toByteArray();
            }
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("closed after \"" + line + "\"");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}
