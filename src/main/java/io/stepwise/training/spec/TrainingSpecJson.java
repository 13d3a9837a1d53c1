package io.stepwise.training.spec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@link TrainingSpec} as JSON. Every field may be left out; an unknown one is refused.
 *
 * <p>INVARIANT: {@code read(write(spec))} equals {@code spec}, and what is written names every field, so that it keeps
 * its meaning when a default changes.
 */
public final class TrainingSpecJson {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private TrainingSpecJson() {}

    /**
     * Reads a tree.
     *
     * @throws InvalidSpecException naming every field that is unknown, of the wrong type or out of its range
     */
    public static TrainingSpec read(JsonNode node) {
        return TrainingSpecReader.read(node);
    }

    /**
     * Reads JSON text.
     *
     * @throws JsonProcessingException if {@code text} is no JSON or names a field twice
     * @throws InvalidSpecException naming every field that is unknown, of the wrong type or out of its range
     */
    public static TrainingSpec read(String text) throws JsonProcessingException {
        return read(MAPPER.readTree(text));
    }

    /**
     * The specification with some fields replaced.
     *
     * @param changes JSON names of top-level fields to what Jackson can turn into their JSON
     * @throws InvalidSpecException as {@link #read(JsonNode)}
     */
    public static TrainingSpec with(TrainingSpec spec, Map<String, ? extends @Nullable Object> changes) {
        ObjectNode node = toNode(spec);
        changes.forEach((name, value) -> node.set(name, MAPPER.valueToTree(value)));
        return read(node);
    }

    /** The canonical text: every field, in the order of the record, indented, ending in a line feed. */
    public static String write(TrainingSpec spec) {
        try {
            return MAPPER.writeValueAsString(toNode(spec)) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain nodes can't fail to be written", e);
        }
    }

    /** The canonical tree behind {@link #write}. */
    public static ObjectNode toNode(TrainingSpec spec) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("model", spec.model()).put("dataset", spec.dataset());
        node.put("steps", spec.steps()).put("batch_size", spec.batchSize());
        ImageSize size = spec.imageSize();
        node.set("image_size", MAPPER.valueToTree(new int[] {size.height(), size.width()}));
        node.set("seed", JsonNodeFactory.instance.numberNode(new BigInteger(Long.toUnsignedString(spec.seed()))));
        node.set("unet", unet(spec.unet()));
        node.set("schedule", schedule(spec.schedule()));
        node.put("timesteps", spec.timesteps());
        node.put("prediction", spec.prediction().label());
        node.set("loss_weighting", WeightingKind.write(spec.lossWeighting()));
        put(node, "loss", spec.loss());
        node.set("optimizer", optimizer(spec.optimizer()));
        putCourse(node, spec);
        ResumePoint resume = spec.resumeFrom();
        return node.put("resume_from", resume == null ? null : resume.toString());
    }

    /** What happens from step to step. */
    private static void putCourse(ObjectNode node, TrainingSpec spec) {
        put(node, "learning_rate", spec.learningRate());
        put(node, "lr_schedule", spec.lrSchedule());
        node.put("warmup_steps", spec.warmupSteps());
        put(node, "gradient_clip", spec.gradientClip());
        node.put("gradient_accumulation", spec.gradientAccumulation());
        put(node, "ema_decay", spec.emaDecay());
        node.set("ema_warmup", emaWarmup(spec.emaWarmup()));
        put(node, "label_dropout", spec.labelDropout());
        node.put("flip", spec.flip());
        put(node, "precision", spec.precision());
        node.put("checkpoint_every", spec.checkpointEvery()).put("sample_every", spec.sampleEvery());
        put(node, "publish", spec.publish());
    }

    private static JsonNode unet(UNetChoice choice) {
        Object value =
                choice instanceof UNetChoice.Preset preset ? preset.name() : ((UNetChoice.Inline) choice).config();
        return MAPPER.valueToTree(value);
    }

    private static JsonNode schedule(ScheduleChoice schedule) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        put(node, "type", schedule.kind());
        if (schedule.kind().hasEnds()) {
            put(node, "beta_start", schedule.betaStart());
            put(node, "beta_end", schedule.betaEnd());
        }
        put(node, "max_beta", schedule.maxBeta());
        node.put("zero_terminal_snr", schedule.zeroTerminalSnr());
        if (schedule.kind() == ScheduleChoice.Kind.GIVEN) {
            schedule.betas().forEach(node.putArray("betas")::add);
        }
        return node;
    }

    private static JsonNode optimizer(OptimizerSpec optimizer) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        put(node, "type", optimizer.kind());
        put(node, "beta1", optimizer.beta1());
        put(node, "beta2", optimizer.beta2());
        put(node, "eps", optimizer.eps());
        if (optimizer.kind() == OptimizerSpec.Kind.ADAMW) {
            put(node, "weight_decay", optimizer.weightDecay());
        }
        return node;
    }

    private static JsonNode emaWarmup(@Nullable EmaWarmup warmup) {
        if (warmup == null) {
            return JsonNodeFactory.instance.booleanNode(false);
        }
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        put(node, "inv_gamma", warmup.invGamma());
        put(node, "power", warmup.power());
        return node;
    }

    private static void put(ObjectNode node, String name, Enum<?> constant) {
        node.put(name, JsonFields.jsonName(constant));
    }

    /** Without an exponent: 0.0002 rather than 2.0E-4. */
    private static void put(ObjectNode node, String name, double value) {
        node.put(name, BigDecimal.valueOf(value).stripTrailingZeros());
    }
}
