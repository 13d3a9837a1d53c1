package io.stepwise.training.spec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.diffusion.LossWeighting;
import io.stepwise.schema.CheckedMessage;
import io.stepwise.schema.FieldError;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.schema.MessageJson;
import io.stepwise.schema.MessageSchema;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes {@link TrainingSpec} as JSON for requests, the command line and the folder of a run. The contract's
 * {@code TrainingSpecification} defines the fields, their ranges and their defaults.
 *
 * <p>INVARIANT: {@code read(write(spec))} equals {@code spec}. The written JSON contains every field, so it keeps its
 * meaning when a default changes.
 */
public final class TrainingSpecJson {
    private static final MessageSchema SCHEMA = MessageSchema.of("TrainingSpecification");
    private static final MessageSchema INIT_FROM = MessageSchema.of("InitFrom");
    private static final JsonMapper MAPPER = MessageJson.mapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .addModule(new SimpleModule()
                    .addSerializer(Double.class, new PlainNumber())
                    .addSerializer(Double.TYPE, new PlainNumber())
                    .addDeserializer(LossWeighting.class, new LossWeightingJson.Reader())
                    .addSerializer(LossWeighting.class, new LossWeightingJson.Writer()))
            .build();

    /** Objects that {@code false} turns off and {@code true} leaves at their default. */
    private static final List<String> OFF_AS_FALSE = List.of("ema_warmup", "validation");

    private TrainingSpecJson() {}

    /** Writes a number without an exponent: 0.0002 and not 2.0E-4. */
    private static final class PlainNumber extends JsonSerializer<Double> {
        @Override
        public void serialize(Double value, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeNumber(BigDecimal.valueOf(value).stripTrailingZeros());
        }
    }

    /**
     * @throws InvalidMessageException if fields are unknown, of the wrong type or out of range; the message names all
     *     of them
     */
    public static TrainingSpec read(JsonNode node) {
        if (!(node instanceof ObjectNode given)) {
            throw new InvalidMessageException(List.of(new FieldError("", node + " must be a JSON object")));
        }
        ObjectNode fields = given.deepCopy();
        Kind kind = KindFields.of(fields);
        KindFields.remove(kind, fields);
        fill(fields, KindFields.defaults(kind));
        if (fields.path("gradient_clip").isNull()) {
            fields.put("gradient_clip", 0);
        }
        for (String name : OFF_AS_FALSE) {
            if (fields.path(name).equals(BooleanNode.TRUE)) {
                fields.remove(name); // the default
            }
        }
        CheckedMessage message = SCHEMA.check(fields);
        complete(kind, message.fields());
        Optional<TrainingSpec> spec = message.as(MAPPER, TrainingSpec.class);
        KindFields.refuse(kind, given, message);
        message.orThrow();
        return spec.orElseThrow();
    }

    /**
     * The same, with other values for fields that are left out.
     *
     * @param others values by the JSON names of top-level fields; Jackson must be able to convert them to JSON
     */
    public static TrainingSpec read(ObjectNode given, Map<String, ?> others) {
        ObjectNode fields = given.deepCopy();
        fill(fields, others);
        return read(fields);
    }

    private static void fill(ObjectNode fields, Map<String, ?> values) {
        values.forEach((name, value) -> {
            if (!fields.hasNonNull(name)) {
                fields.set(name, MAPPER.valueToTree(value));
            }
        });
    }

    /** The version that a specification starts from; empty if it has none, or one that {@link #read} refuses. */
    public static Optional<InitFrom> initFrom(JsonNode given) {
        if (!(given.path("init_from") instanceof ObjectNode object)
                || KindFields.of((ObjectNode) given) != Kind.DIFFUSION) {
            return Optional.empty();
        }
        CheckedMessage message = INIT_FROM.check(object);
        return message.isRight() ? message.as(MAPPER, InitFrom.class) : Optional.empty();
    }

    /** Sets the defaults that depend on other fields. */
    private static void complete(Kind kind, ObjectNode fields) {
        if (fields.get("optimizer") instanceof ObjectNode optimizer && !optimizer.has("type")) {
            optimizer.put("type", kind == Kind.DIFFUSION ? "muon" : "adam");
        }
        for (String name : OFF_AS_FALSE) {
            if (fields.path(name).isBoolean()) {
                fields.putNull(name);
            }
        }
        if (!fields.has("model")) {
            fields.set("model", fields.get("dataset"));
        }
        if (!fields.has("warmup_steps")) {
            fields.put("warmup_steps", Math.min(500, fields.get("steps").intValue() / 10));
        }
    }

    /**
     * @throws JsonProcessingException if {@code text} is not JSON or contains a field twice
     * @throws InvalidMessageException if fields are unknown, of the wrong type or out of range; the message names all
     *     of them
     */
    public static TrainingSpec read(String text) throws JsonProcessingException {
        return read(MAPPER.readTree(text));
    }

    /**
     * Reads the text that {@link #write} made, perhaps before there were some of the fields: then it means what it meant
     * at that time, although the default of the field may be another.
     */
    public static TrainingSpec readStored(String text) throws JsonProcessingException {
        JsonNode node = MAPPER.readTree(text);
        if (node instanceof ObjectNode fields && !fields.has("validation")) {
            fields.put("validation", false);
        }
        return read(node);
    }

    /**
     * Returns the specification with some fields replaced.
     *
     * @param changes new values by the JSON names of top-level fields; Jackson must be able to convert them to JSON
     * @throws InvalidMessageException as for {@link #read(JsonNode)}
     */
    public static TrainingSpec with(TrainingSpec spec, Map<String, ? extends @Nullable Object> changes) {
        ObjectNode node = toNode(spec);
        changes.forEach((name, value) -> node.set(name, MAPPER.valueToTree(value)));
        return read(node);
    }

    /** The canonical text: every field in the order of the record, indented, with a line feed at the end. */
    public static String write(TrainingSpec spec) {
        try {
            return MAPPER.writeValueAsString(toNode(spec)) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain nodes can't fail to be written", e);
        }
    }

    /** The canonical tree, from which {@link #write} makes the text. */
    public static ObjectNode toNode(TrainingSpec spec) {
        ObjectNode node = MAPPER.valueToTree(spec);
        KindFields.remove(spec.kind(), node);
        for (String name : OFF_AS_FALSE) {
            if (node.path(name).isNull()) {
                node.put(name, false);
            }
        }
        return node;
    }
}
