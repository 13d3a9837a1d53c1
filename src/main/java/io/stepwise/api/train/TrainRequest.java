package io.stepwise.api.train;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigInteger;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The body of {@code POST /train} for the published contract, field by field; {@link
 * io.stepwise.training.spec.TrainingSpecJson} reads it.
 */
@Schema(
        name = "TrainingSpecification",
        description = "What to train. Every field can be left out. A field that is not listed here is refused.",
        additionalProperties = Schema.False.class)
record TrainRequest(
        @Schema(
                        description = "Name under which versions are published; by default the data set's.",
                        pattern = "^[a-z0-9][a-z0-9._-]{0,63}$")
                String model,
        @Schema(description = "Name of the data set.", defaultValue = "faces", pattern = "^[a-z0-9][a-z0-9._-]{0,63}$")
                String dataset,
        @Schema(
                        description = "Optimizer steps in all; a resumed run goes on up to this number.",
                        minimum = "1",
                        maximum = "10000000",
                        defaultValue = "20000")
                int steps,
        @JsonProperty("batch_size")
                @Schema(description = "Images per forward pass.", minimum = "1", maximum = "4096", defaultValue = "32")
                int batchSize,
        @JsonProperty("image_size")
                @Schema(
                        description = "Side in pixels, or height and width, that images are brought to.",
                        oneOf = {Integer.class, Sides.class},
                        defaultValue = "32")
                Object imageSize,
        @Schema(
                        description = "Unsigned 64-bit; keys all randomness. A number, or a string of decimal digits.",
                        oneOf = {BigInteger.class, String.class},
                        defaultValue = "0")
                Object seed,
        @Schema(
                        description = "The network: a preset, or a UNet2DModel configuration as diffusers has it.",
                        oneOf = {Preset.class, Configuration.class},
                        defaultValue = "small")
                Object unet,
        @Schema(
                        description = "The noise schedule: its type, or an object.",
                        oneOf = {ScheduleType.class, Schedule.class},
                        defaultValue = "cosine")
                Object schedule,
        @Schema(description = "T.", minimum = "20", maximum = "4000", defaultValue = "1000") int timesteps,
        @Schema(
                        description = "What the network is trained to say.",
                        enumeration = {"epsilon", "sample", "v_prediction"},
                        defaultValue = "epsilon")
                String prediction,
        @JsonProperty("loss_weighting")
                @Schema(
                        description = "How much each timestep counts: its type, or an object.",
                        oneOf = {WeightingType.class, Weighting.class},
                        defaultValue = "plain")
                Object lossWeighting,
        @Schema(
                        description = "Distance per element.",
                        enumeration = {"l2", "l1", "huber"},
                        defaultValue = "l2")
                String loss,
        @Schema(
                        description = "The optimizer: its type, or an object.",
                        oneOf = {OptimizerType.class, Optimizer.class},
                        defaultValue = "adamw")
                Object optimizer,
        @JsonProperty("learning_rate")
                @Schema(description = "After the warm-up; above 0 and below 1.", defaultValue = "0.0002")
                double learningRate,
        @JsonProperty("lr_schedule")
                @Schema(
                        description = "The learning rate after the warm-up.",
                        enumeration = {"constant", "cosine"},
                        defaultValue = "cosine")
                String lrSchedule,
        @JsonProperty("warmup_steps")
                @Schema(
                        description =
                                "Optimizer steps of linear growth, at most steps; by default 500, but no more than"
                                        + " a tenth of steps.",
                        minimum = "0")
                int warmupSteps,
        @JsonProperty("gradient_clip")
                @Schema(
                        description = "Largest norm of the whole gradient; 0 or null is off.",
                        minimum = "0",
                        maximum = "1000",
                        defaultValue = "1",
                        nullable = true)
                Double gradientClip,
        @JsonProperty("gradient_accumulation")
                @Schema(
                        description = "Forward passes per optimizer step.",
                        minimum = "1",
                        maximum = "1024",
                        defaultValue = "1")
                int gradientAccumulation,
        @JsonProperty("ema_decay")
                @Schema(
                        description = "Decay of the averaged weights, below 1; 0 is no averaging.",
                        minimum = "0",
                        defaultValue = "0.9999")
                double emaDecay,
        @JsonProperty("ema_warmup")
                @Schema(
                        description = "How the decay grows to ema_decay; true for the defaults, false for a constant.",
                        oneOf = {Boolean.class, Warmup.class},
                        defaultValue = "true")
                Object emaWarmup,
        @JsonProperty("label_dropout")
                @Schema(
                        description = "Share of labels hidden in training, so that guidance can be used.",
                        minimum = "0",
                        maximum = "1",
                        defaultValue = "0.1")
                double labelDropout,
        @Schema(
                        description = "Mirror every other image at random; turn off for digits and letters.",
                        defaultValue = "true")
                boolean flip,
        @Schema(
                        description = "Number format of the heavy operators; auto is whichever is faster there.",
                        enumeration = {"f32", "bf16", "auto"},
                        defaultValue = "auto")
                String precision,
        @JsonProperty("checkpoint_every")
                @Schema(
                        description = "Optimizer steps between checkpoints; 0 is at the end only.",
                        minimum = "0",
                        maximum = "10000000",
                        defaultValue = "1000")
                int checkpointEvery,
        @JsonProperty("sample_every")
                @Schema(
                        description = "Optimizer steps between sample grids; 0 is never.",
                        minimum = "0",
                        maximum = "10000000",
                        defaultValue = "1000")
                int sampleEvery,
        @Schema(
                        description = "When a checkpoint becomes a version of the model; best is when its samples are"
                                + " better than those of all before.",
                        enumeration = {"end", "every_checkpoint", "best", "never"},
                        defaultValue = "end")
                String publish,
        @JsonProperty("resume_from")
                @Schema(
                        description = "Another job's checkpoint to go on from: its id, or id/step-N.",
                        nullable = true,
                        examples = "20261122-183301-ab3f/step-1000")
                String resumeFrom) {

    /** Height and width. */
    @Schema(name = "ImageSides", type = SchemaType.ARRAY, implementation = Integer.class, minItems = 2, maxItems = 2)
    record Sides() {}

    /** Networks that have a name. */
    @Schema(
            name = "UNetPreset",
            type = SchemaType.STRING,
            enumeration = {"tiny", "small", "base", "report"})
    record Preset() {}

    /** A network of one's own. */
    @Schema(
            name = "UNetConfiguration",
            description = "Keys of diffusers' UNet2DModel, as in its config.json; those left out have its defaults, and"
                    + " sample_size and num_class_embeds follow from the data set.",
            additionalProperties = Schema.True.class)
    record Configuration(
            @JsonProperty("block_out_channels")
                    @Schema(description = "Channels per level, from the full resolution down.")
                    List<Integer> blockOutChannels,
            @JsonProperty("layers_per_block") @Schema(minimum = "1", maximum = "64") int layersPerBlock,
            @JsonProperty("down_block_types")
                    @Schema(description = "One per level: DownBlock2D, AttnDownBlock2D, ResnetDownsampleBlock2D …")
                    List<String> downBlockTypes,
            @JsonProperty("up_block_types")
                    @Schema(description = "One per level: UpBlock2D, AttnUpBlock2D, ResnetUpsampleBlock2D …")
                    List<String> upBlockTypes,
            @JsonProperty("attention_head_dim")
                    @Schema(description = "Channels per head; null is one head.", nullable = true)
                    Integer attentionHeadDim,
            @JsonProperty("norm_num_groups") @Schema(minimum = "1") int normNumGroups,
            @JsonProperty("add_attention") @Schema(description = "Whether the middle has attention.")
                    boolean addAttention,
            @JsonProperty("dropout") @Schema(minimum = "0", exclusiveMaximum = true, maximum = "1") double dropout,
            @JsonProperty("act_fn") @Schema(enumeration = {"silu", "mish", "gelu", "relu"}) String actFn,
            @JsonProperty("resnet_time_scale_shift") @Schema(enumeration = {"default", "scale_shift"})
                    String resnetTimeScaleShift) {}

    /** Families of schedules. */
    @Schema(
            name = "ScheduleType",
            type = SchemaType.STRING,
            enumeration = {"linear", "scaled_linear", "cosine", "sigmoid", "sigmoid_signal", "given"})
    record ScheduleType() {}

    /** A noise schedule. */
    @Schema(name = "NoiseSchedule", additionalProperties = Schema.False.class)
    record Schedule(
            @Schema(defaultValue = "cosine") ScheduleType type,
            @JsonProperty("beta_start") @Schema(description = "Beta of the first timestep.", defaultValue = "0.0001")
                    double betaStart,
            @JsonProperty("beta_end") @Schema(description = "Beta of the last timestep.", defaultValue = "0.02")
                    double betaEnd,
            @JsonProperty("max_beta")
                    @Schema(description = "Every beta is cut to this; by default 0.999 for cosine and sigmoid_signal.")
                    double maxBeta,
            @JsonProperty("zero_terminal_snr")
                    @Schema(description = "Leave nothing of the image at the last timestep.", defaultValue = "false")
                    boolean zeroTerminalSnr,
            @Schema(description = "The betas themselves, one per timestep, where the type is given.")
                    List<Double> betas) {}

    /** Kinds of weighting. */
    @Schema(
            name = "LossWeightingType",
            type = SchemaType.STRING,
            enumeration = {"plain", "min_snr", "p2", "snr"})
    record WeightingType() {}

    /** A weighting of timesteps. */
    @Schema(name = "LossWeighting", additionalProperties = Schema.False.class)
    record Weighting(
            @Schema(defaultValue = "plain") WeightingType type,
            @Schema(description = "Of min_snr (default 5) and p2 (default 1).") double gamma,
            @Schema(description = "Of p2.", defaultValue = "1") double k) {}

    /** Kinds of optimizers. */
    @Schema(
            name = "OptimizerType",
            type = SchemaType.STRING,
            enumeration = {"adamw", "adam"})
    record OptimizerType() {}

    /** An optimizer. */
    @Schema(name = "Optimizer", additionalProperties = Schema.False.class)
    record Optimizer(
            @Schema(defaultValue = "adamw") OptimizerType type,
            @Schema(description = "Decay of the first moment.", defaultValue = "0.9") double beta1,
            @Schema(description = "Decay of the second moment.", defaultValue = "0.999") double beta2,
            @Schema(description = "Added to the root of the second moment.", defaultValue = "1e-8") double eps,
            @JsonProperty("weight_decay")
                    @Schema(description = "Of adamw.", minimum = "0", maximum = "1", defaultValue = "0.01")
                    double weightDecay) {}

    /** After n steps the decay is at most 1 - (1 + n / inv_gamma)^-power. */
    @Schema(
            name = "EmaWarmup",
            description = "After n steps the decay is at most 1 - (1 + n / inv_gamma)^-power.",
            additionalProperties = Schema.False.class)
    record Warmup(
            @JsonProperty("inv_gamma") @Schema(defaultValue = "1") double invGamma,
            @Schema(defaultValue = "0.75") double power) {}
}
