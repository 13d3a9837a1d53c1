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
    static final int MAX_TOKENS = 100_000;

    private static final int SMALL_BYTES = 1 << 16;

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
     * A body that has been read.
     *
     * @param fields of the body
     * @param tokens values, names and brackets
     */
    record Parsed(ObjectNode fields, long tokens) {}

    /**
     * The object in {@code body}, which a worker thread reads while it arrives. For small bodies: their memory counts
     * nowhere.
     *
     * @throws ProblemException if the body is too large, not JSON, or not an object
     */
    public static ObjectNode readSmall(InputStream body, @Nullable String contentType) throws IOException {
        byte[] bytes = body.readNBytes(SMALL_BYTES + 1);
        requireAtMost(SMALL_BYTES, bytes.length);
        return read(bytes, bytes.length, contentType).fields();
    }

    /**
     * The object in the first {@code length} bytes of {@code body}. An empty body counts as an empty object, whatever its
     * media type.
     *
     * @throws ProblemException if the body is not JSON, or not an object
     */
    static Parsed read(byte[] body, int length, @Nullable String contentType) {
        if (length > 0) {
            requireJson(contentType);
        }
        try (JsonParser parser = MAPPER.createParser(body, 0, length)) {
            return new Parsed(object(parse(parser)), parser.currentTokenCount());
        } catch (JsonProcessingException e) {
            throw malformed(e.getLocation(), e.getOriginalMessage());
        } catch (IOException e) {
            throw malformed(null, "the body is not in UTF-8");
        }
    }

    /** @throws ProblemException if a body of {@code bytes} has more than {@code most} */
    static void requireAtMost(int most, long bytes) {
        if (bytes > most) {
            throw new ProblemException(ProblemType.BODY_TOO_LARGE, "The body must have at most " + most + " bytes.");
        }
    }

    /** @throws ProblemException if {@code contentType} is not that of JSON */
    static void requireJson(@Nullable String contentType) {
        if (!isJson(contentType)) {
            throw new ProblemException(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE,
                    "Content-Type is " + (contentType == null ? "missing" : "\"" + contentType + "\"")
                            + ", must be application/json.");
        }
    }

    private static ObjectNode object(JsonNode node) {
        if (node.isMissingNode()) {
            return JsonNodeFactory.instance.objectNode();
        }
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new ProblemException(
                ProblemType.INVALID_FIELD, "the body is of JSON type " + node.getNodeType() + ", must be an object");
    }

    /**
     * A body without a media type is not JSON: a page of another site can send one without asking this service first
     * (CORS).
     */
    private static boolean isJson(@Nullable String contentType) {
        return contentType != null && JSON.matcher(contentType).matches();
    }

    private static JsonNode parse(JsonParser parser) throws IOException {
        JsonNode node = MAPPER.readTree(parser);
        if (node == null) {
            return MissingNode.getInstance();
        }
        if (parser.nextToken() != null) {
            throw malformed(parser.currentTokenLocation(), "there is more after the value");
        }
        return Integers.in(node);
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
