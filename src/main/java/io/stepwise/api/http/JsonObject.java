package io.stepwise.api.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyReader;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;
import org.jspecify.annotations.Nullable;

/**
 * A body as {@link JsonBody#read} reads it. A resource method with this parameter runs on the event loop: a small body
 * is read there from memory, a large one by a worker thread before the method runs.
 *
 * @param fields of the body
 */
public record JsonObject(ObjectNode fields) {
    /**
     * Lets methods have this type as a parameter. Accepts every media type, so that this package refuses the wrong ones
     * itself. It implements Quarkus's reader interface because Quarkus would look up the parameter's annotations again
     * for every request with a standard reader.
     */
    @Provider
    @Consumes(MediaType.WILDCARD)
    public static final class Reader implements ServerMessageBodyReader<JsonObject> {
        @Override
        public boolean isReadable(
                Class<?> type, Type genericType, ResteasyReactiveResourceInfo method, MediaType mediaType) {
            return type == JsonObject.class;
        }

        @Override
        public boolean isReadable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
            return type == JsonObject.class;
        }

        @Override
        public JsonObject readFrom(
                Class<JsonObject> type, Type genericType, MediaType mediaType, ServerRequestContext request) {
            return read(
                    request.getInputStream(), request.getRequestHeaders().getHeaderString(HttpHeaders.CONTENT_TYPE));
        }

        @Override
        public JsonObject readFrom(
                Class<JsonObject> type,
                Type genericType,
                Annotation[] annotations,
                MediaType mediaType,
                MultivaluedMap<String, String> headers,
                InputStream body) {
            return read(body, headers.getFirst(HttpHeaders.CONTENT_TYPE));
        }

        private static JsonObject read(InputStream body, @Nullable String contentType) {
            return new JsonObject(JsonBody.read(body, contentType));
        }
    }
}
