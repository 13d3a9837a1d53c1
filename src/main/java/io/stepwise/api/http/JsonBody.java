package io.stepwise.api.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import io.stepwise.schema.Integers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads and writes JSON. Stricter than Jackson's defaults: no duplicate keys, and nothing after the value. */
public final class JsonBody {
    /** The largest body, enough for two pictures of several megabytes in base64. */
    static final int MAX_BYTES = 16 << 20;

    /**
     * Limit of values, names and brackets in a body: far more than any request needs, and few enough for the memory.
     */
    private static final int MAX_TOKENS = 100_000;

    /** {@code application/json} or a type whose suffix is {@code +json} (RFC 6839), with or without parameters. */
    private static final Pattern JSON = Pattern.compile("(?i)\\s*application/(json|[\\w.!#$&^-]+\\+json)\\s*(;.*)?");

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxTokenCount(MAX_TOKENS)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS) // 2^53 + 1.0 is a seed, and no double
            .build();

    private JsonBody() {}

    /**
     * The object in {@code body}. An empty body counts as an empty object, whatever its media type.
     *
     * @throws ProblemException if the body is too large, not JSON, or not an object
     */
    public static ObjectNode read(InputStream body, @Nullable String contentType) {
        byte[] bytes = bytes(body);
        if (bytes.length > 0 && !isJson(contentType)) {
            throw new ProblemException(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE,
                    "Content-Type is " + (contentType == null ? "missing" : "\"" + contentType + "\"")
                            + ", must be application/json.");
        }
        JsonNode node = parse(bytes);
        if (node.isMissingNode()) {
            return JsonNodeFactory.instance.objectNode();
        }
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new ProblemException(
                ProblemType.INVALID_FIELD, "the body is of JSON type " + node.getNodeType() + ", must be an object");
    }

    private static byte[] bytes(InputStream body) {
        try {
            byte[] bytes = body.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new ProblemException(
                        ProblemType.BODY_TOO_LARGE, "The body must have at most " + MAX_BYTES + " bytes.");
            }
            return bytes;
        } catch (IOException e) {
            throw new ProblemException(ProblemType.BAD_REQUEST, "The body ended before its end.");
        }
    }

    /**
     * A body without a media type is not JSON: a page of another site can send one without asking this service first
     * (CORS).
     */
    private static boolean isJson(@Nullable String contentType) {
        return contentType != null && JSON.matcher(contentType).matches();
    }

    private static JsonNode parse(byte[] body) {
        try (JsonParser parser = MAPPER.createParser(body)) {
            JsonNode node = MAPPER.readTree(parser);
            if (node == null) {
                return MissingNode.getInstance();
            }
            if (parser.nextToken() != null) {
                throw malformed(parser.currentTokenLocation(), "there is more after the value");
            }
            return Integers.in(node);
        } catch (JsonProcessingException e) {
            throw malformed(e.getLocation(), e.getOriginalMessage());
        } catch (IOException e) {
            throw malformed(null, "the body is not in UTF-8");
        }
    }

    private static ProblemException malformed(@Nullable JsonLocation where, String what) {
        String position = where == null ? "" : "line " + where.getLineNr() + ", column " + where.getColumnNr() + ": ";
        return new ProblemException(ProblemType.MALFORMED_JSON, position + what);
    }

    /** {@code value} as JSON, in UTF-8. */
    public static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** {@code value} as a JSON object that can be extended. */
    public static ObjectNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }
}
