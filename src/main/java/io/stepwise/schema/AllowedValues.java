package io.stepwise.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * What a schema allows, in words that read on after "must be": {@code an integer, 1 … 64}. A schema whose keywords make no
 * good sentence brings its own as {@code x-must-be}.
 */
final class AllowedValues {
    /** The keyword of the words. */
    static final String WORDS = "x-must-be";

    private final JsonNode document;

    /** @param document in which references lead */
    AllowedValues(JsonNode document) {
        this.document = document;
    }

    /** The words for {@code schema}; {@code null}, which means left out, isn't mentioned. */
    String of(JsonNode schema) {
        if (schema.has(WORDS)) {
            return schema.get(WORDS).asText();
        }
        if (schema.has("$ref")) {
            return of(resolved(schema));
        }
        if (schema.has("oneOf")) {
            return StreamSupport.stream(schema.get("oneOf").spliterator(), false)
                    .filter(branch -> !branch.path("type").asText().equals("null"))
                    .map(this::of)
                    .collect(Collectors.joining(" or "));
        }
        if (schema.has("enum")) {
            return StreamSupport.stream(schema.get("enum").spliterator(), false)
                    .filter(value -> !value.isNull())
                    .map(JsonNode::toString)
                    .collect(Collectors.joining(", ", "one of ", ""));
        }
        return switch (type(schema)) {
            case "integer" -> "an integer" + range(schema);
            case "number" -> "a number" + range(schema);
            case "boolean" -> "true or false";
            case "array" -> "an array";
            case "object" -> "an object";
            default -> "a string";
        };
    }

    /** The schema that {@code schema} refers to, or itself. */
    JsonNode resolved(JsonNode schema) {
        JsonNode reference = schema.get("$ref");
        return reference == null ? schema : document.at(reference.asText().substring(1));
    }

    private static String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        return type.isArray() ? type.path(0).asText() : type.asText();
    }

    private static String range(JsonNode schema) {
        JsonNode least = schema.get("minimum");
        JsonNode most = schema.get("maximum");
        if (most != null && most.longValue() == Integer.MAX_VALUE) {
            most = null; // no limit but that of the type
        }
        if (least != null && most != null) {
            return ", " + least.asText() + " … " + most.asText();
        }
        StringJoiner words = new StringJoiner(" and ", ", ", "").setEmptyValue("");
        add(words, "at least ", least);
        add(words, "more than ", schema.get("exclusiveMinimum"));
        add(words, "at most ", most);
        add(words, "less than ", schema.get("exclusiveMaximum"));
        return words.toString();
    }

    private static void add(StringJoiner words, String relation, @Nullable JsonNode limit) {
        if (limit != null) {
            words.add(relation + limit.asText());
        }
    }

    /** The names of the fields of an object's schema, sorted. */
    static String fields(JsonNode schema) {
        Iterator<String> names = schema.path("properties").fieldNames();
        Iterable<String> all = () -> names;
        return StreamSupport.stream(all.spliterator(), false).sorted().toList().toString();
    }
}
