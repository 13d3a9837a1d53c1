package io.stepwise.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.NonValidationKeyword;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.regex.RegularExpression;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The schema of one kind of message: a component of the contract, compiled once. Checking a request takes some
 * microseconds. Safe for use by several threads.
 */
public final class MessageSchema {
    private static final JsonSchemaFactory COMPILER = compiler();
    private static final SchemaValidatorsConfig SETTINGS = SchemaValidatorsConfig.builder()
            .regularExpressionFactory(MessageSchema::expression)
            .build();

    /** Generated clients can't have a default for a field with several types, so such a field has {@code x-default}. */
    private static final List<String> DEFAULTS = List.of("default", "x-default");

    private final ObjectNode document;
    private final JsonNode component;
    private final JsonSchema schema;
    private final Map<String, JsonNode> defaults;
    private final Map<String, Part> parts = new LinkedHashMap<>();

    private MessageSchema(String name, ObjectNode schemas) {
        document = JsonNodeFactory.instance.objectNode();
        document.put("$schema", VersionFlag.V202012.getId()).put("$ref", "#/components/schemas/" + name);
        document.putObject("components").set("schemas", schemas);
        component = schemas.path(name);
        defaults = defaults(component);
        AllowedValues values = new AllowedValues(document);
        component.path("properties").properties().forEach(field -> {
            for (JsonNode branch : field.getValue().path("oneOf")) {
                JsonNode object = values.resolved(branch);
                if (object.has("properties")) {
                    parts.put(field.getKey(), new Part(object.at("/properties").has("type"), defaults(object)));
                }
            }
        });
        schema = COMPILER.getSchema(document, SETTINGS);
        schema.initializeValidators();
    }

    private static Map<String, JsonNode> defaults(JsonNode object) {
        Map<String, JsonNode> defaults = new LinkedHashMap<>();
        object.path("properties").properties().forEach(field -> {
            for (String keyword : DEFAULTS) {
                if (field.getValue().has(keyword)) {
                    defaults.put(field.getKey(), field.getValue().get(keyword));
                }
            }
        });
        return defaults;
    }

    private static void fillIn(ObjectNode object, Map<String, JsonNode> defaults) {
        defaults.forEach((name, value) -> {
            if (!object.hasNonNull(name)) {
                object.set(name, value.deepCopy());
            }
        });
    }

    /**
     * A field that may be an object.
     *
     * @param named whether a string stands for the object of that {@code type}
     * @param defaults of the object's fields
     */
    private record Part(boolean named, Map<String, JsonNode> defaults) {
        void complete(ObjectNode fields, String name) {
            JsonNode value = fields.path(name);
            if (named && value.isTextual()) {
                fields.putObject(name).set("type", value);
            }
            if (fields.path(name) instanceof ObjectNode object) {
                fillIn(object, defaults);
            }
        }
    }

    /** The contract, read when the first schema is asked for. */
    private static final class Contract {
        private static final ObjectNode SCHEMAS = read();

        private static ObjectNode read() {
            try (InputStream file = MessageSchema.class.getResourceAsStream("/META-INF/openapi.yaml")) {
                return (ObjectNode) new YAMLMapper().readTree(file).at("/components/schemas");
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
        }
    }

    /** The schema of that name in the contract's components. */
    public static MessageSchema of(String name) {
        return of(name, Map.of());
    }

    /**
     * The schema of that name, with some fields' ranges cut to what the configuration allows.
     *
     * @param most largest value by the field's name
     */
    public static MessageSchema of(String name, Map<String, Integer> most) {
        if (!Contract.SCHEMAS.has(name)) {
            throw new IllegalArgumentException("name \"" + name + "\" must be a component of the contract");
        }
        JsonNode component = Contract.SCHEMAS.get(name).deepCopy();
        most.forEach((field, limit) -> {
            ObjectNode schema = (ObjectNode) component.at("/properties/" + field);
            schema.put("maximum", Math.min(limit, schema.path("maximum").asInt(limit)));
        });
        ObjectNode schemas = JsonNodeFactory.instance.objectNode().setAll(Contract.SCHEMAS);
        return new MessageSchema(name, schemas.set(name, component));
    }

    /**
     * Compares {@code message}, which stays as it is, with the schema and fills in the defaults.
     *
     * @return what is right, and what is wrong with the rest
     */
    public CheckedMessage check(ObjectNode message) {
        ObjectNode copy = message.deepCopy();
        Integers.in(copy);
        return new CheckedMessage(copy, this, new Mismatches(document, schema.validate(copy)));
    }

    /** Gives every field that is left out its default. */
    void fillIn(ObjectNode fields) {
        fillIn(fields, defaults);
        parts.forEach((name, part) -> part.complete(fields, name));
    }

    /** What may stand at a field of the message, in words. */
    String allowed(String pointer) {
        return new AllowedValues(document).of(component.at("/properties" + pointer));
    }

    /** Of JSON Schema 2020-12 with the keywords of OpenAPI and of {@link AllowedValues}, which check nothing. */
    private static JsonSchemaFactory compiler() {
        String id = VersionFlag.V202012.getId();
        JsonMetaSchema keywords = JsonMetaSchema.builder(id, JsonMetaSchema.getV202012())
                .unknownKeywordFactory((keyword, context) -> new NonValidationKeyword(keyword))
                .build();
        return JsonSchemaFactory.builder(JsonSchemaFactory.getInstance(VersionFlag.V202012))
                .metaSchema(keywords)
                .build();
    }

    /** A pattern's {@code $} is the end of the text in JSON Schema; in Java a line feed may follow it. */
    private static RegularExpression expression(String regex) {
        Pattern pattern = Pattern.compile(regex.endsWith("$") ? regex.substring(0, regex.length() - 1) + "\\z" : regex);
        return value -> pattern.matcher(value).find();
    }
}
