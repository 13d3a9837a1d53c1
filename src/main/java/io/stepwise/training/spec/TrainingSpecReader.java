package io.stepwise.training.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.diffusion.LossWeighting;
import io.stepwise.diffusion.Prediction;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** JSON to {@link TrainingSpec}: fills in the defaults and collects everything that is wrong. */
final class TrainingSpecReader {
    private static final BigInteger SEED_END = BigInteger.ONE.shiftLeft(64);

    private final List<FieldError> errors = new ArrayList<>();
    private final JsonFields fields;

    private TrainingSpecReader(JsonNode node) {
        this.fields = new JsonFields("", node, errors);
    }

    static TrainingSpec read(JsonNode node) {
        if (!node.isObject()) {
            throw new InvalidSpecException(List.of(new FieldError("", node.toString(), "a JSON object")));
        }
        return new TrainingSpecReader(node).read();
    }

    private TrainingSpec read() {
        TrainingSpec spec = null;
        try {
            spec = fromFields(fields.text("dataset", "faces"), fields.integer("steps", 20_000));
        } catch (InvalidSpecException e) {
            errors.addAll(e.errors());
        }
        fields.refuseUnknown();
        if (spec == null || !errors.isEmpty()) {
            throw new InvalidSpecException(errors);
        }
        return spec;
    }

    private TrainingSpec fromFields(String dataset, int steps) {
        return new TrainingSpec(
                fields.text("model", dataset),
                dataset,
                steps,
                fields.integer("batch_size", 32),
                imageSize(),
                seed(),
                unet(),
                schedule(),
                fields.integer("timesteps", 1000),
                fields.choice("prediction", Prediction.EPSILON),
                weighting(),
                fields.choice("loss", TrainingSpec.Loss.L2),
                optimizer(),
                fields.number("learning_rate", 2e-4),
                fields.choice("lr_schedule", TrainingSpec.LrSchedule.COSINE),
                fields.integer("warmup_steps", Math.max(0, Math.min(500, steps / 10))),
                gradientClip(),
                fields.integer("gradient_accumulation", 1),
                fields.number("ema_decay", 0.9999),
                emaWarmup(),
                fields.number("label_dropout", 0.1),
                fields.bool("flip", true),
                fields.choice("precision", TrainingSpec.Precision.AUTO),
                fields.integer("checkpoint_every", 1000),
                fields.integer("sample_every", 1000),
                fields.choice("publish", TrainingSpec.Publish.END),
                resumeFrom());
    }

    private ImageSize imageSize() {
        ImageSize fallback = ImageSize.square(32);
        JsonNode node = fields.get("image_size");
        if (node == null) {
            return fallback;
        }
        if (node.isInt()) {
            int side = node.intValue();
            return fields.part("image_size", () -> ImageSize.square(side), fallback);
        }
        if (node.isArray()
                && node.size() == 2
                && node.get(0).isInt()
                && node.get(1).isInt()) {
            return fields.part(
                    "image_size",
                    () -> new ImageSize(node.get(0).intValue(), node.get(1).intValue()),
                    fallback);
        }
        return fields.wrong("image_size", node, "an integer or [height, width]", fallback);
    }

    private long seed() {
        JsonNode node = fields.get("seed");
        if (node == null) {
            return 0;
        }
        boolean decimal = node.isTextual() && node.textValue().matches("[0-9]{1,20}");
        if (decimal || node.isIntegralNumber()) {
            BigInteger seed = decimal ? new BigInteger(node.textValue()) : node.bigIntegerValue();
            if (seed.signum() >= 0 && seed.compareTo(SEED_END) < 0) {
                return seed.longValue();
            }
        }
        return fields.wrong("seed", node, "0 … 18446744073709551615, as an integer or a decimal string", 0L);
    }

    private UNetChoice unet() {
        UNetChoice fallback = new UNetChoice.Preset("small");
        JsonNode node = fields.get("unet");
        if (node == null) {
            return fallback;
        }
        if (node.isObject()) {
            return fields.part("unet", () -> new UNetChoice.Inline(JsonFields.plainMap(node)), fallback);
        }
        if (node.isTextual()) {
            return fields.part("unet", () -> new UNetChoice.Preset(node.textValue()), fallback);
        }
        return fields.wrong("unet", node, "one of " + UNetChoice.PRESETS + " or an object", fallback);
    }

    private ScheduleChoice schedule() {
        ScheduleChoice fallback = ScheduleChoice.of(ScheduleChoice.Kind.COSINE);
        JsonFields part = part("schedule");
        if (part == null) {
            return fallback;
        }
        ScheduleChoice.Kind kind = part.choice("type", ScheduleChoice.Kind.COSINE);
        ScheduleChoice base = ScheduleChoice.of(kind);
        double start = part.number("beta_start", base.betaStart());
        double end = part.number("beta_end", base.betaEnd());
        double max = part.number("max_beta", base.maxBeta());
        boolean zero = part.bool("zero_terminal_snr", false);
        List<Double> betas = betas(part);
        part.refuseUnknown();
        return fields.part("schedule", () -> new ScheduleChoice(kind, start, end, max, zero, betas), fallback);
    }

    private static List<Double> betas(JsonFields part) {
        JsonNode node = part.get("betas");
        if (node == null) {
            return List.of();
        }
        if (!node.isArray() || !StreamSupport.stream(node.spliterator(), false).allMatch(JsonNode::isNumber)) {
            return part.wrong("betas", node, "a list of numbers", List.of());
        }
        return StreamSupport.stream(node.spliterator(), false)
                .map(JsonNode::doubleValue)
                .toList();
    }

    private LossWeighting weighting() {
        JsonFields part = part("loss_weighting");
        if (part == null) {
            return new LossWeighting.Plain();
        }
        WeightingKind kind = part.choice("type", WeightingKind.PLAIN);
        LossWeighting weighting = fields.part("loss_weighting", () -> kind.read(part), new LossWeighting.Plain());
        part.refuseUnknown();
        return weighting;
    }

    private OptimizerSpec optimizer() {
        OptimizerSpec fallback = OptimizerSpec.of(OptimizerSpec.Kind.ADAMW);
        JsonFields part = part("optimizer");
        if (part == null) {
            return fallback;
        }
        OptimizerSpec base = OptimizerSpec.of(part.choice("type", OptimizerSpec.Kind.ADAMW));
        double beta1 = part.number("beta1", base.beta1());
        double beta2 = part.number("beta2", base.beta2());
        double eps = part.number("eps", base.eps());
        double decay = part.number("weight_decay", base.weightDecay());
        part.refuseUnknown();
        return fields.part("optimizer", () -> new OptimizerSpec(base.kind(), beta1, beta2, eps, decay), fallback);
    }

    private double gradientClip() {
        JsonNode node = fields.get("gradient_clip");
        return node != null && node.isNull() ? 0 : fields.number("gradient_clip", 1);
    }

    private @Nullable EmaWarmup emaWarmup() {
        JsonNode node = fields.get("ema_warmup");
        if (node == null || node.isBoolean()) {
            return node == null || node.booleanValue() ? EmaWarmup.DEFAULT : null;
        }
        if (!node.isObject()) {
            return fields.wrong(
                    "ema_warmup", node, "true, false or an object of inv_gamma and power", EmaWarmup.DEFAULT);
        }
        JsonFields part = fields.inside("ema_warmup", node);
        double invGamma = part.number("inv_gamma", EmaWarmup.DEFAULT.invGamma());
        double power = part.number("power", EmaWarmup.DEFAULT.power());
        part.refuseUnknown();
        return fields.part("ema_warmup", () -> new EmaWarmup(invGamma, power), EmaWarmup.DEFAULT);
    }

    private @Nullable ResumePoint resumeFrom() {
        JsonNode node = fields.get("resume_from");
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isTextual()) {
            fields.note("resume_from", node, "a string or null");
            return null;
        }
        try {
            return ResumePoint.parse(node.textValue());
        } catch (InvalidSpecException e) {
            fields.note("resume_from", e);
            return null;
        }
    }

    /** The fields of a part that is an object, or a bare name standing for its {@code type}; null when absent. */
    private @Nullable JsonFields part(String name) {
        JsonNode node = fields.get(name);
        if (node == null) {
            return null;
        }
        if (node.isObject()) {
            return fields.inside(name, node);
        }
        if (!node.isTextual()) {
            fields.note(name, node, "a string or an object");
            return null;
        }
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        return fields.inside(name, object.set("type", node));
    }
}
