package io.stepwise.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.Provider;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;

/**
 * A body as {@link JsonBody#read} reads it. As the parameter of a resource's method it lets that method run on the event
 * loop: a small body is read there, from memory; a large one by a worker thread, before the method runs.
 *
 * @param fields what the body says
 */
public record JsonObject(ObjectNode fields) {
    /** Makes it a type of parameter; of every media type, so that the refusal is this package's own. */
    @Provider
    @Consumes(MediaType.WILDCARD)
    public static final class Reader implements MessageBodyReader<JsonObject> {
        @Override
        public boolean isReadable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
            return type == JsonObject.class;
        }

        @Override
        public JsonObject readFrom(
                Class<JsonObject> type,
                Type genericType,
                Annotation[] annotations,
                MediaType mediaType,
                MultivaluedMap<String, String> headers,
                InputStream body) {
            return new JsonObject(JsonBody.read(body, headers.getFirst(HttpHeaders.CONTENT_TYPE)));
        }
    }
}
