package io.stepwise.bench.load;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * An HTTP client with very little cost: one persistent connection and requests that are encoded in advance. It reads a
 * status line, headers and a body of known length, nothing else.
 */
final class HttpProbe implements AutoCloseable {
    private static final int DEFAULT_PORT = 80;
    private static final int MOST_HEADERS = 1 << 16;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] line = new byte[MOST_HEADERS];

    /** Connects to the host and port of {@code server}. */
    HttpProbe(URI server) throws IOException {
        socket = new Socket(server.getHost(), server.getPort() < 0 ? DEFAULT_PORT : server.getPort());
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        out = socket.getOutputStream();
    }

    /** The bytes of a POST request with a JSON body to {@code path} that accepts a PNG. */
    static byte[] post(URI server, String path, String body) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String headers = "POST " + path + " HTTP/1.1\r\nHost: " + server.getAuthority()
                + "\r\nContent-Type: application/json\r\nAccept: image/png\r\nContent-Length: " + content.length
                + "\r\n\r\n";
        return (headers + body).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * The nanoseconds from the start of writing {@code request} until its answer is read.
     *
     * @throws IOException also if the status of the answer is not 200; the message gives the status
     */
    long exchange(byte[] request) throws IOException {
        long start = System.nanoTime();
        out.write(request);
        String status = line();
        int length = -1;
        for (String header = line(); !header.isEmpty(); header = line()) {
            if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
                length = Integer.parseInt(header.substring(15).trim());
            }
        }
        if (length < 0) {
            throw new IOException("the server answered " + status + " without a Content-Length");
        }
        in.skipNBytes(length);
        long time = System.nanoTime() - start;
        if (!status.startsWith("HTTP/1.1 200")) {
            throw new IOException("the server answered " + status + " to "
                    + new String(request, StandardCharsets.UTF_8)
                            .lines()
                            .findFirst()
                            .orElse(""));
        }
        return time;
    }

    private String line() throws IOException {
        int length = 0;
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0 || length == line.length) {
                throw new EOFException("the server's answer ended within its headers");
            }
            line[length++] = (byte) next;
        }
        if (length > 0 && line[length - 1] == '\r') {
            length--;
        }
        return new String(line, 0, length, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
