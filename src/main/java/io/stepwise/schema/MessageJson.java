package io.stepwise.schema;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Locale;

/** How messages are bound to records once they have been checked: names in snake case, constants in lower case. */
public final class MessageJson {
    /** The largest integer up to which every integer is a double, which is what many clients read numbers as. */
    public static final long MAX_SAFE = (1L << 53) - 1;

    private MessageJson() {}

    /** A mapper to be completed. */
    public static JsonMapper.Builder mapper() {
        return JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                .annotationIntrospector(new LowerCaseEnums())
                .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN);
    }

    /** Names constants in lower case, but for those with names of their own. Jackson's feature for it follows the locale. */
    private static final class LowerCaseEnums extends JacksonAnnotationIntrospector {
        @Override
        public String[] findEnumValues(
                MapperConfig<?> config, AnnotatedClass annotated, Enum<?>[] values, String[] names) {
            String[] found = super.findEnumValues(config, annotated, values, names);
            for (int i = 0; i < found.length; i++) {
                found[i] = found[i] == null ? values[i].name().toLowerCase(Locale.ROOT) : found[i];
            }
            return found;
        }
    }

    /** An unsigned integer of 64 bits from a number or from a string of decimal digits. */
    public static final class UnsignedReader extends JsonDeserializer<Long> {
        @Override
        public Long deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            String text = integerOrText(parser);
            try {
                return Long.parseUnsignedLong(text);
            } catch (NumberFormatException e) {
                return (Long) context.handleWeirdStringValue(Long.class, text, "must be less than 2^64");
            }
        }
    }

    /** {@link #unsigned} as JSON. */
    public static final class UnsignedWriter extends JsonSerializer<Long> {
        @Override
        public void serialize(Long value, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writePOJO(unsigned(value));
        }
    }

    /** What stands for an unsigned integer of 64 bits: a Long up to {@link #MAX_SAFE}, a String of digits beyond. */
    public static Object unsigned(long value) {
        if (value >= 0 && value <= MAX_SAFE) {
            return value;
        }
        return Long.toUnsignedString(value);
    }

    /** A string, or an integer as its decimal digits. */
    public static final class TextOrNumberReader extends JsonDeserializer<String> {
        @Override
        public String deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return integerOrText(parser);
        }
    }

    private static String integerOrText(JsonParser parser) throws IOException {
        return parser.currentToken().isNumeric()
                ? parser.getDecimalValue().toBigInteger().toString()
                : parser.getText();
    }
}
