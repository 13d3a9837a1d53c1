package io.stepwise.training.spec;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON object field by field. A field of the wrong type is noted and its default taken, so that the reading goes
 * on and all errors are reported together. Ranges are the records' business.
 */
public final class JsonFields {
    private final String pointer;
    private final JsonNode object;
    private final List<FieldError> errors;
    private final Set<String> known = new HashSet<>();

    /**
     * @param pointer where {@code object} stands
     * @param errors what is wrong is added here
     */
    public JsonFields(String pointer, JsonNode object, List<FieldError> errors) {
        this.pointer = pointer;
        this.object = object;
        this.errors = errors;
    }

    public int integer(String name, int fallback) {
        JsonNode node = get(name);
        if (node == null) {
            return fallback;
        }
        if (node.isNumber() && node.canConvertToExactIntegral() && node.canConvertToInt()) {
            return node.intValue();
        }
        return wrong(name, node, "an integer of 32 bits", fallback);
    }

    public double number(String name, double fallback) {
        JsonNode node = get(name);
        if (node == null) {
            return fallback;
        }
        if (node.isNumber() && Double.isFinite(node.doubleValue())) {
            return node.doubleValue();
        }
        return wrong(name, node, "a number", fallback);
    }

    public boolean bool(String name, boolean fallback) {
        JsonNode node = get(name);
        if (node == null) {
            return fallback;
        }
        return node.isBoolean() ? node.booleanValue() : wrong(name, node, "true or false", fallback);
    }

    public String text(String name, String fallback) {
        JsonNode node = get(name);
        if (node == null) {
            return fallback;
        }
        return node.isTextual() ? node.textValue() : wrong(name, node, "a string", fallback);
    }

    /** An enum constant by its lower-case name. */
    public <E extends Enum<E>> E choice(String name, E fallback) {
        JsonNode node = get(name);
        if (node == null) {
            return fallback;
        }
        E[] constants = fallback.getDeclaringClass().getEnumConstants();
        for (E constant : constants) {
            if (node.isTextual() && jsonName(constant).equals(node.textValue())) {
                return constant;
            }
        }
        String names = Stream.of(constants).map(JsonFields::jsonName).collect(Collectors.joining(", "));
        return wrong(name, node, "one of " + names, fallback);
    }

    /** The field as it is; null when absent. JSON null is a node. */
    @Nullable
    public JsonNode get(String name) {
        known.add(name);
        return object.get(name);
    }

    /** Notes an error at a field of this object. */
    public void note(String name, JsonNode found, String allowed) {
        errors.add(new FieldError(pointer + "/" + name, found.toString(), allowed));
    }

    /** Notes what a part at a field of this object found wrong. */
    public void note(String name, InvalidSpecException found) {
        found.errors().forEach(error -> errors.add(error.under(pointer + "/" + name)));
    }

    /** Notes an error and goes on with the fallback. */
    public <T> T wrong(String name, JsonNode found, String allowed, T fallback) {
        note(name, found, allowed);
        return fallback;
    }

    /** Notes every field that nobody asked for. */
    public void refuseUnknown() {
        object.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                errors.add(
                        new FieldError(pointer + "/" + escape(name), "this field", "left out: it is not known here"));
            }
        });
    }

    /** Builds a part at a field of this object; what the part finds wrong is noted there, and the fallback taken. */
    public <T> T part(String name, Supplier<T> builder, T fallback) {
        try {
            return builder.get();
        } catch (InvalidSpecException e) {
            note(name, e);
            return fallback;
        }
    }

    /** The fields of an object at a field of this object. */
    public JsonFields inside(String name, JsonNode node) {
        return new JsonFields(pointer + "/" + name, node, errors);
    }

    public static String jsonName(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String escape(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    /**
     * The constant with this JSON name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static <E extends Enum<E>> E constant(Class<E> type, String jsonName) {
        return Enum.valueOf(type, jsonName.toUpperCase(Locale.ROOT));
    }

    /** A JSON object as Java's own types. */
    public static Map<String, @Nullable Object> plainMap(JsonNode object) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        object.fields().forEachRemaining(field -> map.put(field.getKey(), plain(field.getValue())));
        return map;
    }

    private static @Nullable Object plain(JsonNode node) {
        if (node.isObject()) {
            return plainMap(node);
        }
        if (node.isArray()) {
            List<@Nullable Object> list = new ArrayList<>();
            node.forEach(element -> list.add(plain(element)));
            return list;
        }
        if (node.isNull()) {
            return null;
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        return node.isNumber() ? node.numberValue() : node.textValue();
    }
}
