package io.stepwise.api;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** JSON in and out, stricter than Jackson's defaults: no key twice, nothing after the value. */
final class JsonBody {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private JsonBody() {}

    /**
     * The object in {@code body}; an empty body is an empty object.
     *
     * @throws ProblemException when the body is not JSON, or not an object
     */
    static ObjectNode read(byte[] body) {
        JsonNode node = parse(body);
        if (node.isMissingNode()) {
            return JsonNodeFactory.instance.objectNode();
        }
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new ProblemException(
                ProblemType.INVALID_FIELD, "the body is of JSON type " + node.getNodeType() + ", must be an object");
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
            return node;
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
    static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** {@code value} as a JSON object that can still be added to. */
    static ObjectNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }
}
