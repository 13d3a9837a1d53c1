package io.stepwise.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.contract.ContractDocument;
import io.stepwise.contract.ContractDocument.Operation;
import io.stepwise.upload.Uploads;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Requests for an operation: valid ones, and ones with something wrong. What comes follows from the seed alone. */
final class Cases {
    /** What is done to a request. */
    enum Kind {
        /** Nothing. */
        VALID,
        /** A field of the wrong type, out of range, missing, or one that there isn't. */
        BODY,
        /** The body is no JSON. */
        TEXT,
        CONTENT_TYPE,
        ACCEPT,
        METHOD,
        PATH,
        QUERY,
        HEADER,
        /** Content-Length is wrong, or twice. */
        LENGTH,
        /** Chunks are malformed. */
        CHUNKS;

        /** Whether the request is malformed as HTTP, so that the operation may never learn of it. */
        boolean breaksHttp() {
            return this == LENGTH || this == CHUNKS;
        }
    }

    /** @param halfClose whether the client then says that nothing follows, as the service would wait for it */
    @SuppressWarnings("ArrayRecordComponent")
    record Case(Operation operation, Kind kind, String method, byte[] request, boolean halfClose) {
        /** Whether its first line is longer than a server need take. */
        boolean isLong() {
            return new String(request, StandardCharsets.ISO_8859_1).indexOf('\r') > 4096;
        }

        /** Whether its path has a part . or .., which servers take away. */
        boolean goesUp() {
            return new String(request, StandardCharsets.ISO_8859_1)
                    .matches("(?s)\\S+ \\S*/\\.\\.?(/\\S*)? HTTP/1.1\r.*");
        }

        @Override
        public String toString() {
            String text = new String(request, StandardCharsets.ISO_8859_1).replace("\r\n", "␍");
            return kind + " " + operation + ": " + (text.length() > 700 ? text.substring(0, 700) + "…" : text);
        }
    }

    private static final String JSON = "application/json";

    private final ContractDocument contract;
    private final Map<String, List<String>> known;
    private final Random random;
    private final SchemaValues values;

    /** @param known values of path and query parameters for which there is something, by name */
    Cases(ContractDocument contract, Map<String, List<String>> known, Random random) {
        this.contract = contract;
        this.known = known;
        this.random = random;
        values = new SchemaValues(contract, random);
    }

    /** A request on its way to be written. */
    private final class Draft {
        private String method;
        private String path;
        private final Map<String, String> query = new LinkedHashMap<>();
        private final Map<String, String> headers = new LinkedHashMap<>();
        private byte[] body = new byte[0];
        private String length;
        private boolean halfClose;

        private byte[] written() {
            StringBuilder head = new StringBuilder(method + " " + path);
            String separator = "?";
            for (Map.Entry<String, String> each : query.entrySet()) {
                head.append(separator)
                        .append(encoded(each.getKey()))
                        .append('=')
                        .append(encoded(each.getValue()));
                separator = "&";
            }
            head.append(" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
            headers.forEach((name, value) ->
                    head.append(name).append(": ").append(value).append("\r\n"));
            boolean sends = body.length > 0 || method.equals("POST") || method.equals("PUT");
            if (length != null) {
                head.append(length);
            } else if (sends) {
                head.append("Content-Length: ").append(body.length).append("\r\n");
            }
            head.append("\r\n");
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.writeBytes(head.toString().getBytes(UTF_8));
            out.writeBytes(body);
            return out.toByteArray();
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    Case next(Operation operation) {
        Kind kind = values.pick(Kind.values());
        boolean json = !contract.jsonBody(operation).isMissingNode();
        if ((kind == Kind.BODY || kind == Kind.TEXT) && !json) {
            kind = operation.node().has("requestBody") ? kind : Kind.QUERY;
        } else if (json && random.nextInt(3) == 0) {
            kind = Kind.BODY;
        }
        Draft draft = valid(operation);
        change(draft, kind, operation);
        return new Case(operation, kind, draft.method, draft.written(), draft.halfClose);
    }

    private Draft valid(Operation operation) {
        Draft draft = new Draft();
        draft.method = operation.method();
        draft.path = operation.path();
        for (JsonNode parameter : contract.parameters(operation)) {
            String name = parameter.path("name").asText();
            String value = parameter(name, parameter.path("schema"));
            switch (parameter.path("in").asText()) {
                case "path" -> draft.path = draft.path.replace("{" + name + "}", encoded(value));
                case "query" -> {
                    if (random.nextBoolean()) {
                        draft.query.put(name, value);
                    }
                }
                default -> {
                    if (random.nextInt(4) == 0 && !name.equals("If-Match")) {
                        draft.headers.put(name, value);
                    }
                }
            }
        }
        JsonNode content =
                contract.resolved(operation.node().path("requestBody")).path("content");
        JsonNode schema = contract.jsonBody(operation);
        if (!schema.isMissingNode()) {
            draft.body = values.valid(schema).toString().getBytes(UTF_8);
            draft.headers.put("Content-Type", JSON);
        } else if (content.has("application/zip")) {
            draft.body = archive();
            draft.headers.put("Content-Type", "application/zip");
        }
        return draft;
    }

    private String parameter(String name, JsonNode schema) {
        List<String> pool = known.getOrDefault(name, List.of());
        return pool.isEmpty() || random.nextInt(6) == 0
                ? values.valid(schema).asText()
                : pool.get(random.nextInt(pool.size()));
    }

    private byte[] archive() {
        return random.nextBoolean()
                ? Uploads.zip("a/a.png", Uploads.picture(1), "b/b.png", Uploads.picture(2))
                : Uploads.zip("config.json", "{}", values.pick("x", "../x", "C:\\x"), values.unicode());
    }

    private void change(Draft draft, Kind kind, Operation operation) {
        switch (kind) {
            case VALID -> {}
            case BODY -> changeBody(draft, operation);
            case TEXT -> draft.body = damaged(draft.body);
            case CONTENT_TYPE ->
                draft.headers.put(
                        "Content-Type",
                        values.pick(
                                "text/plain",
                                "application/xml",
                                "",
                                "application/json; charset=utf-16",
                                "a/b/c",
                                "multipart/form-data",
                                "multipart/form-data; boundary=x",
                                "image/png",
                                "json",
                                "application/JSON ;x=y",
                                "*/*",
                                "application/zip"));
            case ACCEPT ->
                draft.headers.put(
                        "Accept",
                        values.pick(
                                "image/png",
                                "image/webp",
                                "text/html",
                                "*/*;q=0",
                                "application/json;q=0.1",
                                "nonsense",
                                "text/event-stream",
                                "",
                                ",,,",
                                "application/problem+json",
                                "image/*;q=2, */*;q=0.01",
                                "a/b;" + "x=y;".repeat(500)));
            case METHOD ->
                draft.method = values.pick("GET", "PUT", "DELETE", "PATCH", "POST", "HEAD", "OPTIONS", "TRACE", "BREW");
            case PATH -> changePath(draft, operation);
            case QUERY -> changeQuery(draft);
            case HEADER -> changeHeader(draft);
            case LENGTH -> changeLength(draft);
            case CHUNKS -> changeChunks(draft);
        }
    }

    private void changeBody(Draft draft, Operation operation) {
        JsonNode schema = contract.jsonBody(operation);
        if (schema.isMissingNode()) {
            draft.body = damaged(draft.body);
            return;
        }
        JsonNode body = values.valid(schema);
        for (int i = random.nextInt(3); i >= 0; i--) {
            body = values.mutated(body);
        }
        draft.body = body.toString().getBytes(UTF_8);
    }

    /** Bytes changed, cut off, doubled; or text that is nearly JSON. */
    private byte[] damaged(byte[] body) {
        byte[] damaged = body.clone();
        switch (random.nextInt(9)) {
            case 0 -> damaged = Arrays.copyOf(body, random.nextInt(body.length + 1));
            case 1 -> {
                for (int i = 0; i < 3 && body.length > 0; i++) {
                    damaged[random.nextInt(body.length)] = (byte) random.nextInt(256);
                }
            }
            case 2 -> damaged = (new String(body, UTF_8) + "{}").getBytes(UTF_8);
            case 3 -> damaged = ("\uFEFF" + new String(body, UTF_8)).getBytes(UTF_8);
            case 4 -> damaged = "{\"seed\": 1, \"seed\": 2}".getBytes(UTF_8);
            case 5 -> damaged = "{\"n\": NaN, // one\n 'steps': 01,}".getBytes(UTF_8);
            case 6 -> damaged = new String(body, UTF_8).getBytes(StandardCharsets.UTF_16);
            case 7 -> damaged = ("[".repeat(5000) + "]".repeat(random.nextInt(5001))).getBytes(UTF_8);
            default -> damaged = " ".repeat((16 << 20) + 1).getBytes(UTF_8);
        }
        return damaged;
    }

    private void changePath(Draft draft, Operation operation) {
        List<String> parts = new ArrayList<>(List.of(operation.path().split("/", -1)));
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i).startsWith("{")) {
                parts.set(
                        i,
                        encoded(values.pick(
                                "-1",
                                "0",
                                "99999999999999999999",
                                "1.5",
                                "..",
                                ".",
                                "a b",
                                values.unicode(),
                                "a/b",
                                "%",
                                "A".repeat(300),
                                "latest",
                                "null",
                                "CON",
                                ".hidden",
                                "1;x=y",
                                "~root",
                                "faces")));
            }
        }
        draft.path = String.join("/", parts);
    }

    private void changeQuery(Draft draft) {
        String name = draft.query.isEmpty() || random.nextBoolean()
                ? values.pick("extra", "n", "limit", "", "label", values.unicode())
                : new ArrayList<>(draft.query.keySet()).get(0);
        draft.query.put(name, values.wrong().asText("x"));
    }

    private void changeHeader(Draft draft) {
        String name = values.pick(
                "X-Request-Id",
                "If-None-Match",
                "If-Match",
                "Last-Event-ID",
                "Range",
                "Authorization",
                "Expect",
                "Prefer",
                "Idempotency-Key",
                "X-Forwarded-For",
                "Origin",
                "Cookie",
                "Accept-Encoding");
        draft.headers.put(
                name,
                values.pick(
                        "",
                        "x",
                        "-1",
                        "*",
                        "\"a\", W/\"b\"",
                        "99999999999999999999",
                        "bytes=0-1",
                        "Bearer ä",
                        "100-continue",
                        "q".repeat(3000),
                        "a\tb",
                        "gzip;q=0",
                        ";;=\"",
                        "respond-async"));
    }

    private void changeLength(Draft draft) {
        int length = draft.body.length;
        draft.halfClose = random.nextInt(4) == 0; // or the service would wait for the rest
        String wrong = draft.halfClose
                ? Integer.toString(length + 1 + random.nextInt(100))
                : values.pick(
                        Integer.toString(Math.max(0, length - 1)),
                        "-1",
                        "x",
                        "",
                        "1e3",
                        "99999999999999999999",
                        "0x10",
                        length + "\r\nContent-Length: " + (length + 1),
                        length + ", " + length);
        draft.length = "Content-Length: " + wrong + "\r\n";
    }

    private void changeChunks(Draft draft) {
        draft.halfClose = random.nextInt(4) == 0;
        draft.length = "Transfer-Encoding: chunked\r\n"
                + (random.nextInt(4) == 0 ? "Content-Length: " + draft.body.length + "\r\n" : "");
        String size = Integer.toHexString(draft.body.length);
        String text = new String(draft.body, StandardCharsets.ISO_8859_1);
        String chunks = draft.halfClose
                ? values.pick(size + "\r\n" + text, size + "\n" + text + "\n0\n\n", "-5\r\n" + text, "\r\n\r\n")
                : values.pick(
                        size + "\r\n" + text + "\r\n0\r\n\r\n",
                        "zz\r\n" + text + "\r\n0\r\n\r\n",
                        "fffffffffffffffff\r\n" + text,
                        size + ";" + "x".repeat(9000) + "\r\n" + text + "\r\n0\r\n\r\n",
                        size + "\r\n" + text + "\r\n0\r\nX-Trailer: " + "y".repeat(9000) + "\r\n\r\n");
        draft.body = chunks.getBytes(StandardCharsets.ISO_8859_1);
    }
}
