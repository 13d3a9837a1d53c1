package io.stepwise.repository.safetensors;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The checked header of a safetensors file. After {@link #parse} every entry's byte range lies inside the file, has the
 * length its shape and dtype ask for, and the ranges cover the data without gap or overlap.
 *
 * @param entries the tensors by name, in the header's order
 * @param metadata the {@code __metadata__} strings; empty when absent
 */
record SafetensorsHeader(Map<String, Entry> entries, Map<String, String> metadata) {
    static final String METADATA = "__metadata__";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    /**
     * Where a tensor lies.
     *
     * @param shape dimensions, empty for a scalar
     * @param begin first byte, counted from the end of the header
     * @param end first byte behind it
     */
    record Entry(Dtype dtype, List<Long> shape, long begin, long end) {
        long elements() {
            return (end - begin) / dtype.bytes();
        }
    }

    private record RawEntry(
            @JsonProperty("dtype") @Nullable String dtype,
            @JsonProperty("shape") @Nullable List<@Nullable Long> shape,
            @JsonProperty("data_offsets") @Nullable List<@Nullable Long> dataOffsets) {}

    /**
     * @param json the header's bytes, without the length before them
     * @param dataBytes bytes of the file behind the header
     * @param file named in messages
     * @throws SafetensorsException for anything the format forbids
     */
    static SafetensorsHeader parse(byte[] json, long dataBytes, String file) throws SafetensorsException {
        if (json.length == 0 || json[0] != '{') {
            throw new SafetensorsException(file + ": the header must begin with '{'");
        }
        Map<String, Entry> entries = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        try (JsonParser parser = JSON.createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals(METADATA)) {
                    metadata.putAll(readMetadata(parser, file));
                } else {
                    entries.put(name, check(file, name, parser.readValueAs(RawEntry.class)));
                }
            }
            if (parser.nextToken() != null) {
                throw new SafetensorsException(file + ": the header has text behind its closing brace");
            }
        } catch (SafetensorsException e) {
            throw e;
        } catch (IOException e) {
            throw new SafetensorsException(file + ": the header is not valid: " + e.getMessage(), e);
        }
        checkCover(file, entries, dataBytes);
        return new SafetensorsHeader(entries, metadata);
    }

    private static Map<String, String> readMetadata(JsonParser parser, String file) throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>();
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new SafetensorsException(file + ": " + METADATA + " must be an object of strings");
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            if (parser.nextToken() != JsonToken.VALUE_STRING) {
                throw new SafetensorsException(file + ": " + METADATA + "." + key + " must be a string");
            }
            metadata.put(key, parser.getText());
        }
        return metadata;
    }

    private static Entry check(String file, String name, @Nullable RawEntry raw) throws SafetensorsException {
        String where = file + ": tensor " + name;
        if (raw == null || raw.dtype() == null || raw.shape() == null || raw.dataOffsets() == null) {
            throw new SafetensorsException(where + " must have dtype, shape and data_offsets");
        }
        Dtype dtype = dtype(where, raw.dtype());
        List<Long> shape = numbers(where + ": shape", raw.shape());
        List<Long> offsets = numbers(where + ": data_offsets", raw.dataOffsets());
        if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
            throw new SafetensorsException(where + ": data_offsets " + offsets + " must be [begin, end], begin <= end");
        }
        long length = offsets.get(1) - offsets.get(0);
        long expected = bytes(where, dtype, shape);
        if (length != expected) {
            throw new SafetensorsException(where + ": data_offsets " + offsets + " hold " + length + " bytes, " + dtype
                    + " of shape " + shape + " needs " + expected);
        }
        return new Entry(dtype, shape, offsets.get(0), offsets.get(1));
    }

    private static Dtype dtype(String where, String name) throws SafetensorsException {
        for (Dtype dtype : Dtype.values()) {
            if (dtype.name().equals(name)) {
                return dtype;
            }
        }
        throw new SafetensorsException(
                where + ": dtype " + name + " is unknown, must be one of " + List.of(Dtype.values()));
    }

    private static List<Long> numbers(String what, List<@Nullable Long> raw) throws SafetensorsException {
        List<Long> numbers = new ArrayList<>();
        for (Long number : raw) {
            if (number == null || number < 0) {
                throw new SafetensorsException(what + " " + raw + " must hold numbers of at least 0");
            }
            numbers.add(number);
        }
        return List.copyOf(numbers);
    }

    private static long bytes(String where, Dtype dtype, List<Long> shape) throws SafetensorsException {
        try {
            long bytes = dtype.bytes();
            for (long dimension : shape) {
                bytes = Math.multiplyExact(bytes, dimension);
            }
            return bytes;
        } catch (ArithmeticException e) {
            throw new SafetensorsException(where + ": shape " + shape + " overflows a 64-bit size", e);
        }
    }

    private static void checkCover(String file, Map<String, Entry> entries, long dataBytes)
            throws SafetensorsException {
        List<Map.Entry<String, Entry>> inOrder = new ArrayList<>(entries.entrySet());
        inOrder.sort(Comparator.comparingLong(
                        (Map.Entry<String, Entry> e) -> e.getValue().begin())
                .thenComparingLong(e -> e.getValue().end()));
        long covered = 0;
        for (Map.Entry<String, Entry> entry : inOrder) {
            Entry range = entry.getValue();
            if (range.begin() != covered) {
                String fault = range.begin() < covered ? "overlaps the tensor before it" : "leaves a gap before it";
                throw new SafetensorsException(file + ": tensor " + entry.getKey() + " at bytes " + range.begin()
                        + " to " + range.end() + " " + fault + ", which ends at " + covered);
            }
            covered = range.end();
        }
        if (covered != dataBytes) {
            throw new SafetensorsException(
                    file + ": the tensors end at byte " + covered + " of the data, which has " + dataBytes + " bytes");
        }
    }
}
