package io.stepwise.training.spec;

import static io.stepwise.schema.FieldError.quoted;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.model.latent.LatentShape;
import io.stepwise.model.training.OptimizerStep.Algorithm;
import io.stepwise.schema.CheckedMessage;
import io.stepwise.schema.FieldChecks;
import io.stepwise.schema.FieldError;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which fields of a specification a kind of generator has, and their defaults where those differ from a diffusion model's. */
final class KindFields {
    private static final List<String> OF_DIFFUSION = List.of(
            "unet",
            "schedule",
            "timesteps",
            "prediction",
            "sigma_data",
            "variance",
            "timestep_sampling",
            "loss_weighting",
            "loss",
            "consistency",
            "gradient_accumulation",
            "post_hoc_ema",
            "label_dropout",
            "init_from");

    private static final Map<Kind, List<String>> NOT_OF = Map.of(
            Kind.DIFFUSION, List.of("gan", "vae"),
            Kind.GAN, concat(OF_DIFFUSION, "vae"),
            Kind.VAE, concat(OF_DIFFUSION, "gan"));

    private static final double USUAL_EMA_DECAY = .999;

    /** A GAN is by default trained as in Radford et al. 2016, section 4. */
    private static final Map<Kind, Map<String, Object>> DEFAULTS = Map.of(
            Kind.DIFFUSION,
            Map.of(),
            Kind.GAN,
            Map.of(
                    "gan",
                    Map.of(),
                    "optimizer",
                    Map.of("type", "adam", "beta1", .5),
                    "lr_schedule",
                    "constant",
                    "warmup_steps",
                    0,
                    "gradient_clip",
                    0,
                    "ema_decay",
                    USUAL_EMA_DECAY,
                    "validation",
                    false),
            Kind.VAE,
            Map.of(
                    "vae",
                    Map.of(),
                    "optimizer",
                    Map.of("type", "adam"),
                    "learning_rate",
                    .001,
                    "lr_schedule",
                    "constant",
                    "warmup_steps",
                    0,
                    "gradient_clip",
                    0,
                    "ema_decay",
                    USUAL_EMA_DECAY));

    private KindFields() {}

    private static List<String> concat(List<String> some, String more) {
        return Stream.concat(some.stream(), Stream.of(more)).toList();
    }

    /** The kind that a client asks for; diffusion if the name is none. */
    static Kind of(ObjectNode given) {
        String name = given.path("kind").asText();
        return Stream.of(Kind.values())
                .filter(kind -> kind.wireName().equals(name))
                .findFirst()
                .orElse(Kind.DIFFUSION);
    }

    /** Values for fields that are left out, by their names in JSON. */
    static Map<String, Object> defaults(Kind kind) {
        return DEFAULTS.getOrDefault(kind, Map.of());
    }

    /** Refuses the fields of {@code given} that mean nothing for {@code kind}. */
    static void refuse(Kind kind, ObjectNode given, CheckedMessage message) {
        for (String name : NOT_OF.getOrDefault(kind, List.of())) {
            if (given.hasNonNull(name)) {
                message.reject(FieldError.of(
                        FieldError.pointer(name),
                        given.get(name),
                        "left out for " + kind.wireName() + ", which has no such thing"));
            }
        }
    }

    /** Removes the fields that mean nothing for {@code kind}. */
    static void remove(Kind kind, ObjectNode fields) {
        fields.remove(NOT_OF.getOrDefault(kind, List.of()));
    }

    /** Checks what a GAN or a VAE can't be trained with. */
    static void check(
            Kind kind,
            ImageSize size,
            TrainingSpec.PrecisionChoice precision,
            Algorithm optimizer,
            @Nullable Validation validation,
            FieldChecks checks) {
        if (kind == Kind.DIFFUSION) {
            return;
        }
        String of = " for " + kind.wireName();
        checks.that(
                        "/image_size",
                        size.height() == size.width() ? size.width() : "[" + size.height() + ", " + size.width() + "]",
                        size.height() == size.width() && LatentShape.isPossible(size.width()),
                        "16, 32, 64 or 128" + of)
                .that(
                        "/precision",
                        quoted("bf16"),
                        precision != TrainingSpec.PrecisionChoice.BF16,
                        "f32 or auto" + of + ", which is trained in float32")
                .that("/optimizer", "muon", optimizer != Algorithm.MUON, "adam or adamw" + of)
                .that(
                        "/validation",
                        "true",
                        kind != Kind.GAN || validation == null,
                        "false for gan, whose losses say nothing about other images");
    }
}
