package io.stepwise.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The packaged application, as anybody on the network sees it. Every answer has to be as {@code openapi.yaml} says. */
final class Service {
    static final String JSON = "application/json";
    static final String PNG = "image/png";
    static final String PROBLEM = "application/problem+json";

    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final AnswerCheck CHECK = AnswerCheck.ofRepository();
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final String url;
    private final String key;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** @param key shown with every request; empty for none */
    Service(String url, String key) {
        this.url = url;
        this.key = key;
    }

    /** The same service for who has another key. */
    Service with(String other) {
        return new Service(url, other);
    }

    /** What came back. */
    record Answer(HttpResponse<byte[]> response) {
        int status() {
            return response.statusCode();
        }

        byte[] body() {
            return response.body();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        String text() {
            return new String(body(), StandardCharsets.UTF_8);
        }

        JsonNode json() throws IOException {
            return MAPPER.readTree(body());
        }

        /** Fails unless it has that status and media type. */
        Answer is(int status, String mediaType) {
            assertThat(status()).as(text()).isEqualTo(status);
            assertThat(header("Content-Type")).startsWith(mediaType);
            return this;
        }

        /** Fails unless it is a problem of that status and kind. */
        Answer isProblem(int status, String type) throws IOException {
            is(status, PROBLEM);
            assertThat(json().path("type").asText()).isEqualTo("/problems/" + type);
            for (String field : new String[] {"title", "detail", "instance", "request_id"}) {
                assertThat(json().path(field).asText()).as(field).isNotEmpty();
            }
            assertThat(json().path("status").asInt()).isEqualTo(status);
            return this;
        }
    }

    Answer get(String path, String... headers) throws Exception {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    /** Sends JSON. */
    Answer post(String path, String body, String... headers) throws Exception {
        return json("POST", path, body, headers);
    }

    Answer json(String method, String path, String body, String... headers) throws Exception {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 2, headers.length);
        all[0] = "Content-Type";
        all[1] = JSON;
        return send(method, path, BodyPublishers.ofString(body), all);
    }

    Answer send(String method, String path, HttpRequest.BodyPublisher body, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url + path)).timeout(LIMIT).method(method, body);
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<byte[]> answer = client.send(request.build(), BodyHandlers.ofByteArray());
        assertThat(CHECK.faults(new AnswerCheck.Answer(
                        method, answer.uri().getPath(), answer.statusCode(), lowerCase(answer), answer.body())))
                .isEmpty();
        return new Answer(answer);
    }

    /** The lines of a stream without an end, up to the first that is {@code enough}. */
    String begin(String path, Predicate<String> enough) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url + path)).timeout(LIMIT);
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        HttpResponse<Stream<String>> answer = client.send(request.build(), BodyHandlers.ofLines());
        StringBuilder text = new StringBuilder();
        try (Stream<String> lines = answer.body()) {
            boolean found = lines.peek(line -> text.append(line).append('\n')).anyMatch(enough);
            assertThat(found).as(text.toString()).isTrue();
        }
        byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
        assertThat(CHECK.faults(new AnswerCheck.Answer("GET", path, answer.statusCode(), lowerCase(answer), body)))
                .isEmpty();
        return text.toString();
    }

    private static Map<String, List<String>> lowerCase(HttpResponse<?> answer) {
        Map<String, List<String>> headers = new TreeMap<>();
        answer.headers().map().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
        return headers;
    }
}
