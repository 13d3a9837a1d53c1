package io.stepwise.api;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/**
 * {@code GET /q/openapi}: the contract, byte for byte the {@code openapi.yaml} at the top of the repository, or the same
 * document as JSON. A client asks for JSON with {@code Accept: application/json}, {@code ?format=json} or the path
 * {@code /q/openapi.json}.
 */
@Singleton
public final class ContractRoute {
    private static final String PATH = "/q/openapi";
    private static final String FILE = "/META-INF/openapi.yaml";
    private static final String JSON = "application/json";

    /** Read on the first request. */
    private static final class Document {
        static final byte[] BYTES = read();
        static final Buffer YAML = Buffer.buffer(BYTES);
        static final Buffer AS_JSON = Buffer.buffer(json(BYTES));
    }

    void register(@Observes Router router) {
        for (String path : List.of(PATH, PATH + ".yaml", PATH + ".yml", PATH + ".json")) {
            router.route(path)
                    .method(HttpMethod.GET)
                    .method(HttpMethod.HEAD)
                    .blockingHandler(ContractRoute::answer, false);
        }
    }

    private static void answer(RoutingContext context) {
        boolean json = wantsJson(context);
        Buffer body = json ? Document.AS_JSON : Document.YAML;
        context.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, (json ? JSON : "application/yaml") + ";charset=UTF-8")
                .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()))
                .end(body);
    }

    private static boolean wantsJson(RoutingContext context) {
        String format = context.request().getParam("format");
        String accept = Objects.requireNonNullElse(context.request().getHeader(HttpHeaders.ACCEPT), "");
        String path = context.normalizedPath();
        if (path.contains(".")) {
            return path.endsWith(".json");
        }
        return format == null ? accept.contains(JSON) : format.equalsIgnoreCase("json");
    }

    private static byte[] read() {
        try (InputStream file = Objects.requireNonNull(ContractRoute.class.getResourceAsStream(FILE), FILE)) {
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] json(byte[] yaml) {
        try {
            return new JsonMapper().writeValueAsBytes(new YAMLMapper().readTree(yaml));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
