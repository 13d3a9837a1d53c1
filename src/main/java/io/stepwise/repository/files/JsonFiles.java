package io.stepwise.repository.files;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The JSON files of a model folder: keys in snake case, enums in lower case, NaN and Infinity as Python writes them.
 * Reading is strict: no duplicate or unknown keys, no text for numbers, no null where a record has a primitive.
 */
public final class JsonFiles {
    /** Larger files of this kind are not read. */
    public static final long MAX_BYTES = 16 << 20;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
            .enable(
                    DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                    DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS, MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, SerializationFeature.INDENT_OUTPUT)
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .withConfigOverride(List.class, o -> o.setSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL)))
            .addModules(new JavaTimeModule(), new SimpleModule().addSerializer(new LowerCaseEnums()))
            .build();

    private JsonFiles() {}

    /** The JSON object in {@code path}. */
    public static ObjectNode read(Path path) throws IOException {
        String file = String.valueOf(path.getFileName());
        long size = Files.size(path);
        if (size > MAX_BYTES) {
            throw new InvalidModelException(file + ": has " + size + " bytes, must have at most " + MAX_BYTES);
        }
        try {
            if (JSON.readTree(Files.readAllBytes(path)) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw new InvalidModelException(file + ": is not valid JSON: " + e.getMessage(), e);
        }
        throw new InvalidModelException(file + ": must be a JSON object");
    }

    /** Replaces {@code path} durably; keys are sorted. */
    public static void write(Path path, Object value) throws IOException {
        DurableFiles.replace(path, (print(value) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** {@code value} as JSON text, indented, keys sorted. */
    public static String print(Object value) throws IOException {
        Object sorted = value instanceof JsonNode ? JSON.convertValue(value, Object.class) : value;
        return JSON.writeValueAsString(sorted);
    }

    public static ObjectNode newObject() {
        return JSON.createObjectNode();
    }

    /** A record's fields as a JSON object. */
    public static ObjectNode toObject(Object value) {
        return JSON.valueToTree(value);
    }

    /** The {@code type} that a JSON text of this program describes; what is null, 0 or false may be left out. */
    public static <T> T constant(String json, Class<T> type) {
        try {
            return JSON.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(json, e);
        }
    }

    /** A copy of {@code record} with other values for some keys. */
    public static <T> T with(T record, Class<T> type, Map<String, ?> changes) {
        ObjectNode object = toObject(record);
        object.setAll(toObject(changes));
        return JSON.convertValue(object, type);
    }

    /**
     * Reads {@code object} as a {@code type}.
     *
     * @param file named in messages, with the key, the value and what it must be
     */
    public static <T> T bind(String file, ObjectNode object, Class<T> type) throws InvalidModelException {
        try {
            return JSON.treeToValue(object, type);
        } catch (UnrecognizedPropertyException e) {
            Object known = e.getKnownPropertyIds().stream()
                    .map(String::valueOf)
                    .sorted()
                    .toList();
            throw new InvalidModelException(
                    file + ": unknown key " + e.getPropertyName() + ", must be one of " + known, e);
        } catch (ValueInstantiationException e) {
            String reason = e.getCause() instanceof IllegalArgumentException invalid
                    ? String.valueOf(invalid.getMessage())
                    : e.getOriginalMessage();
            throw new InvalidModelException(file + ": " + reason, e);
        } catch (JsonMappingException e) {
            throw new InvalidModelException(
                    file + ": " + key(e) + " " + value(object, e) + " must be " + expected(e), e);
        } catch (JsonProcessingException e) {
            throw new InvalidModelException(file + ": " + e.getOriginalMessage(), e);
        }
    }

    /** Refuses null for every key of {@code defaults} that has a value there, except those in {@code nullable}. */
    public static void requireValues(String file, ObjectNode object, ObjectNode defaults, Collection<String> nullable)
            throws InvalidModelException {
        for (Map.Entry<String, JsonNode> field : defaults.properties()) {
            JsonNode value = object.get(field.getKey());
            boolean hasDefault = !field.getValue().isNull();
            if (value != null && value.isNull() && hasDefault && !nullable.contains(field.getKey())) {
                throw new InvalidModelException(file + ": " + field.getKey() + " must not be null");
            }
        }
    }

    private static String key(JsonMappingException e) {
        return e.getPath().stream()
                .map(at -> at.getFieldName() == null ? "[" + at.getIndex() + "]" : "." + at.getFieldName())
                .collect(Collectors.joining())
                .replaceFirst("^\\.", "");
    }

    private static JsonNode value(JsonNode object, JsonMappingException e) {
        JsonNode node = object;
        for (JsonMappingException.Reference at : e.getPath()) {
            node = at.getFieldName() == null ? node.path(at.getIndex()) : node.path(at.getFieldName());
        }
        return node;
    }

    private static String expected(JsonMappingException e) {
        Class<?> type = e instanceof MismatchedInputException mismatch ? mismatch.getTargetType() : null;
        if (type == null) {
            return "valid: " + e.getOriginalMessage();
        }
        if (type.isEnum()) {
            return "one of "
                    + Arrays.stream(type.getEnumConstants())
                            .map(constant -> String.valueOf(constant).toLowerCase(Locale.ROOT))
                            .toList();
        }
        return switch (type.getSimpleName()) {
            case "int", "Integer", "long", "Long" -> "a whole number";
            case "double", "Double" -> "a number";
            case "boolean", "Boolean" -> "true or false";
            case "String" -> "a string";
            case "List", "ArrayList" -> "a list without null";
            default -> "a " + type.getSimpleName();
        };
    }

    @SuppressWarnings("rawtypes")
    private static final class LowerCaseEnums extends StdSerializer<Enum> {
        public LowerCaseEnums() {
            super(Enum.class);
        }

        @Override
        public void serialize(Enum value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            generator.writeString(value.name().toLowerCase(Locale.ROOT));
        }
    }
}
