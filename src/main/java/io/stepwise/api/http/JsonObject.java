package io.stepwise.api.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.Objects;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyReader;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/**
 * A body in JSON. {@link JsonBodyFilter} has read it before a resource method with this parameter runs.
 *
 * @param fields of the body
 * @param isLarge whether its check would hold the event loop for more than some microseconds
 */
public record JsonObject(ObjectNode fields, boolean isLarge) {
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
            Object read = ((ResteasyReactiveRequestContext) request).getProperty(JsonBodyFilter.BODY);
            return (JsonObject) Objects.requireNonNull(read, "JsonBodyFilter has not run");
        }

        @Override
        public JsonObject readFrom(
                Class<JsonObject> type,
                Type genericType,
                Annotation[] annotations,
                MediaType mediaType,
                MultivaluedMap<String, String> headers,
                InputStream body) {
            throw new UnsupportedOperationException("Quarkus calls the other method");
        }
    }
}
