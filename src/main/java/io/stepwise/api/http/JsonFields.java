package io.stepwise.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import io.stepwise.image.ImageReading;
import io.stepwise.image.PictureFormat;
import io.stepwise.image.Pixels;
import io.stepwise.image.UnreadableImageException;
import io.stepwise.serving.request.FieldError;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON object field by field and collects everything that is wrong with it, so that a client learns of all its
 * mistakes at once. A field that is wrong reads as absent. {@code null} means absent.
 *
 * <p>INVARIANT: after {@link #finish} without an exception, every field of the object has been read and was right.
 */
public final class JsonFields {
    private static final int SHOWN_CHARACTERS = 60;
    private static final Pattern DATA_URL = Pattern.compile("^data:image/[a-z0-9.+-]+;base64,");

    private final ObjectNode object;
    private final String path;
    private final Set<String> known = new HashSet<>();
    private final List<FieldError> errors = new ArrayList<>();

    public JsonFields(ObjectNode object) {
        this(object, "");
    }

    /** @param path what leads to the object in the body, such as {@code inputs/0/}; empty for the body itself */
    public JsonFields(ObjectNode object, String path) {
        this.object = object;
        this.path = path;
    }

    /** An integer within the range; no fraction, no exponent, no string. */
    public Optional<Integer> integer(String name, int least, int most) {
        return read(
                name,
                () -> "an integer, " + (most == Integer.MAX_VALUE ? "at least " + least : least + " … " + most),
                node -> node.isIntegralNumber() && node.canConvertToInt() && within(node.intValue(), least, most)
                        ? node.intValue()
                        : null);
    }

    /** A number within the range. */
    public Optional<Double> number(String name, double least, double most) {
        return read(
                name,
                () -> "a number, " + plain(least) + " … " + plain(most),
                node -> node.isNumber() && within(node.doubleValue(), least, most) ? node.doubleValue() : null);
    }

    /** A string that matches {@code pattern}. */
    public Optional<String> text(String name, Pattern pattern, String allowed) {
        return read(
                name,
                () -> allowed,
                node -> node.isTextual() && pattern.matcher(node.textValue()).matches() ? node.textValue() : null);
    }

    /** A truth value. */
    public Optional<Boolean> truth(String name) {
        return read(name, () -> "true or false", node -> node.isBoolean() ? node.booleanValue() : null);
    }

    /** One of some named things. */
    public <T> Optional<T> oneOf(String name, List<String> names, Function<String, Optional<T>> parse) {
        return read(
                name,
                () -> "one of " + names.stream().map(each -> '"' + each + '"').collect(Collectors.joining(", ")),
                node -> node.isTextual() ? parse.apply(node.textValue()).orElse(null) : null);
    }

    /** An unsigned integer of up to 64 bits, as an integer or as a string of decimal digits. */
    public Optional<Long> unsigned(String name) {
        return read(
                name,
                () -> "an integer or a string of decimal digits, 0 … 18446744073709551615",
                node -> UnsignedLongs.parse(node.isIntegralNumber() || node.isTextual() ? node.asText() : ""));
    }

    /** A string, or a non-negative integer as its decimal digits. */
    public Optional<String> textOrNumber(String name, String allowed) {
        return read(name, () -> allowed, node -> {
            boolean text = node.isTextual() && !node.textValue().isBlank();
            boolean number = node.isIntegralNumber()
                    && BigInteger.ZERO.compareTo(node.bigIntegerValue()) <= 0
                    && node.canConvertToInt();
            return text || number ? node.asText() : null;
        });
    }

    /** An integer of {@code least} or more as its decimal digits, or {@code word}. */
    public Optional<String> numberOrWord(String name, int least, String word, String allowed) {
        return read(name, () -> allowed, node -> {
            boolean number = node.isIntegralNumber() && node.canConvertToInt() && node.intValue() >= least;
            return number || node.isTextual() && node.textValue().equals(word) ? node.asText() : null;
        });
    }

    /**
     * A picture in base64 (RFC 4648, section 4), also as a data URL.
     *
     * @param maxPixels largest width · height
     */
    public Optional<Pixels> picture(String name, long maxPixels) {
        StringBuilder why = new StringBuilder();
        Supplier<String> allowed = () -> PictureFormat.NAMES + " in base64, of at most " + maxPixels + " pixels" + why;
        return read(name, allowed, node -> {
            try {
                return node.isTextual() ? ImageReading.read(base64(node.textValue()), maxPixels) : null;
            } catch (IllegalArgumentException | UnreadableImageException e) {
                why.append(": ").append(e.getMessage());
                return null;
            }
        });
    }

    private static byte[] base64(String text) {
        return Base64.getDecoder().decode(DATA_URL.matcher(text).replaceFirst(""));
    }

    /** An array of anything. */
    public Optional<ArrayNode> array(String name) {
        return read(name, () -> "an array", node -> node instanceof ArrayNode array ? array : null);
    }

    /** An object of anything. */
    public Optional<ObjectNode> object(String name) {
        return read(name, () -> "an object", node -> node instanceof ObjectNode inner ? inner : null);
    }

    /** Refuses a field that others have and this request has no use for, unless it is left out. */
    public void leftOut(String name, String reason) {
        read(name, () -> "left out: " + reason, node -> null);
    }

    /** Says nothing about a field: what it may be depends on another one, which is wrong. */
    public void skip(String name) {
        known.add(name);
    }

    /** Whether the field is there, right or wrong. */
    public boolean has(String name) {
        return object.hasNonNull(name);
    }

    /** Whether nothing that has been read was wrong. */
    public boolean isRightSoFar() {
        return errors.isEmpty();
    }

    /** Adds a mistake that only several fields together show. */
    public void reject(String name, String detail) {
        errors.add(new FieldError(
                path.isEmpty() ? pointer(name) : "/" + path + pointer(name).substring(1), detail));
    }

    /**
     * To be called when all fields have been read.
     *
     * @throws ProblemException if anything was wrong, or if the object has a field nobody has read
     */
    public void finish() {
        boolean onlyUnknown = errors.isEmpty();
        object.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                reject(
                        name,
                        path + shown(name) + " is not a field of this request, must be one of " + new TreeSet<>(known));
            }
        });
        if (!errors.isEmpty()) {
            throw ProblemException.of(onlyUnknown ? ProblemType.UNKNOWN_FIELD : ProblemType.INVALID_FIELD, errors);
        }
    }

    private <T> Optional<T> read(String name, Supplier<String> allowed, Function<JsonNode, @Nullable T> parse) {
        known.add(name);
        JsonNode node = object.get(name);
        if (node == null || node.isNull()) {
            return Optional.empty();
        }
        Optional<T> value = Optional.ofNullable(parse.apply(node));
        if (value.isEmpty()) {
            reject(name, path + name + " is " + shown(node.toString()) + ", must be " + allowed.get());
        }
        return value;
    }

    private static boolean within(double value, double least, double most) {
        return value >= least && value <= most;
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    /** Enough of {@code value} to know it again. */
    public static String shown(String value) {
        return value.length() <= SHOWN_CHARACTERS ? value : value.substring(0, SHOWN_CHARACTERS) + "…";
    }

    /** JSON pointer (RFC 6901) to the field. */
    public static String pointer(String name) {
        return "/" + name.replace("~", "~0").replace("/", "~1");
    }
}
