package io.stepwise.training.spec;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.stepwise.diffusion.EmaDecay;
import io.stepwise.diffusion.LossWeighting;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.model.CpuFeatures;
import io.stepwise.model.Precision;
import io.stepwise.model.training.Loss;
import io.stepwise.schema.FieldChecks;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.schema.MessageJson;
import org.jspecify.annotations.Nullable;

/**
 * Everything that determines the result of a training run: the same specification, data set and machine give the same
 * weights. {@link TrainingSpecJson} reads and writes it; its JSON names are the component names in snake case. The
 * contract's {@code TrainingSpecification} defines the allowed values and the defaults.
 *
 * @param kind what is trained; the components of another kind have their defaults, and mean nothing
 * @param model name under which the result is published
 * @param dataset name of the data set
 * @param steps total optimizer steps; a resumed run continues up to this number
 * @param batchSize images per forward pass; an optimizer step uses {@code batchSize * gradientAccumulation} images
 * @param imageSize size to which images are scaled and cropped
 * @param seed unsigned 64-bit seed for all randomness of the run
 * @param gan the networks of a GAN; null for other kinds
 * @param vae the network of a VAE; null for other kinds
 * @param unet the network of a diffusion model
 * @param schedule the noise schedule; by default cosine, and null for edm
 * @param timesteps T; by default 1000, and 0 for edm
 * @param prediction quantity that the network predicts
 * @param sigmaData σ_data of edm, by default measured; null for the others
 * @param variance of the model's steps in ancestral sampling
 * @param timestepSampling how the noise level of an image is drawn; by default uniform, and normal for edm
 * @param lossWeighting weight of each timestep in the loss
 * @param loss distance between prediction and target
 * @param consistency tuning for few steps instead of denoising; null for none
 * @param optimizer the optimizer
 * @param learningRate learning rate after the warm-up
 * @param lrSchedule learning rate schedule after the warm-up
 * @param warmupSteps optimizer steps of linear growth, at most {@code steps}
 * @param gradientClip largest norm of the whole gradient; 0 turns clipping off
 * @param gradientAccumulation forward passes per optimizer step
 * @param emaDecay decay of the averaged weights; 0 turns averaging off
 * @param emaWarmup growth of the decay up to {@code emaDecay}; null means a constant decay
 * @param postHocEma whether averages are kept from which an average of any width is made after the training
 * @param labelDropout share of labels hidden in training, which makes guidance possible; ignored for a U-Net without
 *     classes
 * @param flip whether to mirror images at random with probability 1/2
 * @param precision number format of the heavy operators
 * @param checkpointEvery optimizer steps between checkpoints; 0 means only at the end
 * @param sampleEvery optimizer steps between sample grids; 0 means never
 * @param validation measurement of the loss on held-out images; null trains on all images
 * @param publish when a checkpoint becomes a version of the model
 * @param publishAs whether those versions replace the served one
 * @param publishMetric decides which checkpoint is better, for {@link Publish#BEST}
 * @param earlyStop when the run ends before {@code steps}; null means never
 * @param initFrom version whose weights the run starts from; null means random weights
 * @param resumeFrom checkpoint from which to resume; null starts from the beginning
 */
public record TrainingSpec(
        Kind kind,
        String model,
        String dataset,
        int steps,
        int batchSize,
        ImageSize imageSize,
        @JsonDeserialize(using = MessageJson.UnsignedReader.class)
                @JsonSerialize(using = MessageJson.UnsignedWriter.class)
                long seed,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable GanSpec gan,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable VaeSpec vae,
        UNetChoice unet,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ScheduleChoice schedule,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) int timesteps,
        PredictionChoice prediction,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable SigmaData sigmaData,
        Variance variance,
        TimestepSampling timestepSampling,
        LossWeighting lossWeighting,
        Loss loss,
        @Nullable ConsistencySpec consistency,
        OptimizerSpec optimizer,
        double learningRate,
        LrSchedule lrSchedule,
        int warmupSteps,
        double gradientClip,
        int gradientAccumulation,
        double emaDecay,
        @Nullable EmaWarmup emaWarmup,
        boolean postHocEma,
        double labelDropout,
        boolean flip,
        PrecisionChoice precision,
        int checkpointEvery,
        int sampleEvery,
        @Nullable Validation validation,
        Publish publish,
        PublishAs publishAs,
        Metric publishMetric,
        @Nullable EarlyStop earlyStop,
        @Nullable InitFrom initFrom,
        @Nullable ResumePoint resumeFrom) {
    private static final int USUAL_TIMESTEPS = 1000;

    /** The learning rate after the warm-up; the JSON name is the lower-case one. */
    public enum LrSchedule {
        CONSTANT,
        /** Half a cosine wave down to zero at the last step. */
        COSINE
    }

    /** The number format for training; the JSON name is the lower-case one. */
    public enum PrecisionChoice {
        F32,
        /** Features and the products of matrices in bfloat16; weights, norms, loss and update in float32. */
        BF16,
        /** The faster format on the machine that trains. */
        AUTO;

        /** The number format that is used on this machine. */
        public Precision here() {
            boolean bf16 = this == BF16 || (this == AUTO && CpuFeatures.here().fastBf16());
            return bf16 ? Precision.BF16 : Precision.F32;
        }
    }

    /** The variance of the model's steps; the JSON name is the lower-case one. */
    public enum Variance {
        /** A function of the timestep. */
        FIXED,
        /** Between two ends, by the network, which has twice the channels (Nichol and Dhariwal 2021). */
        LEARNED_RANGE
    }

    /** When a checkpoint becomes a version of the model; the JSON name is the lower-case one. */
    public enum Publish {
        END,
        EVERY_CHECKPOINT,
        /** Every checkpoint whose {@link #publishMetric} is better than those of all earlier ones. */
        BEST,
        NEVER
    }

    /** Whether a version may replace the served one by itself; the JSON name is the lower-case one. */
    public enum PublishAs {
        RELEASE,
        /** Serves only when somebody chooses it by its number. */
        CANDIDATE
    }

    /**
     * Fills in what depends on the prediction, and checks the rules that the contract can't express; {@link
     * TrainingSpecJson} has checked the others.
     *
     * @throws InvalidMessageException if components contradict each other; the message names all of them
     */
    public TrainingSpec {
        boolean edm = prediction == PredictionChoice.EDM;
        schedule = schedule == null && !edm ? ScheduleChoice.COSINE : schedule;
        timesteps = timesteps == 0 && !edm ? USUAL_TIMESTEPS : timesteps;
        sigmaData = sigmaData == null && edm ? SigmaData.MEASURED : sigmaData;
        TimestepSampling usual = edm ? TimestepSampling.NORMAL : TimestepSampling.UNIFORM;
        timestepSampling = timestepSampling == null ? usual : timestepSampling;
        FieldChecks checks = new FieldChecks()
                .that("/warmup_steps", warmupSteps, warmupSteps <= steps, "an integer, 0 … " + steps)
                .that(
                        "/init_from",
                        String.valueOf(initFrom),
                        initFrom == null || resumeFrom == null,
                        "left out where resume_from is given, which brings its own weights")
                .that(
                        "/publish_as",
                        "\"candidate\"",
                        publishAs == PublishAs.RELEASE || publish != Publish.NEVER,
                        "left out where publish is never");
        KindFields.check(kind, imageSize, precision, optimizer.algorithm(), validation, checks);
        ObjectiveRules rules = new ObjectiveRules(checks, prediction, timestepSampling);
        if (edm) {
            rules.checkEdm(schedule, timesteps, variance, lossWeighting);
        } else {
            rules.checkDiscrete(schedule, timesteps, imageSize, sigmaData);
        }
        rules.checkConsistency(consistency, variance, lossWeighting, loss);
        checks.orThrow();
        requireMeasured(validation, publish == Publish.BEST, publishMetric, earlyStop, checkpointEvery > 0);
    }

    /** What decides must be measured, and what is given must decide. */
    private static void requireMeasured(
            @Nullable Validation validation,
            boolean publishesBest,
            Metric publishMetric,
            @Nullable EarlyStop earlyStop,
            boolean checkpoints) {
        Metric ending = earlyStop == null ? Metric.SLICED_WASSERSTEIN : earlyStop.metric();
        String ofSamples = "a metric of samples where validation is false";
        new FieldChecks()
                .that(
                        "/publish_metric",
                        quoted(publishMetric),
                        publishesBest || publishMetric == Metric.SLICED_WASSERSTEIN,
                        "left out unless publish is best")
                .that(
                        "/publish_metric",
                        quoted(publishMetric),
                        validation != null || publishMetric != Metric.VALIDATION_LOSS,
                        ofSamples)
                .that(
                        "/early_stop/metric",
                        quoted(ending),
                        validation != null || ending != Metric.VALIDATION_LOSS,
                        ofSamples)
                .that(
                        "/early_stop/metric",
                        quoted(ending),
                        checkpoints || earlyStop == null || !ending.isOfSamples(),
                        "validation_loss where checkpoint_every is 0: samples are measured at checkpoints")
                .orThrow();
    }

    private static String quoted(Metric metric) {
        return '"' + metric.wireName() + '"';
    }

    /** The specification for an empty JSON object. */
    public static TrainingSpec defaults() {
        return TrainingSpecJson.read(JsonNodeFactory.instance.objectNode());
    }

    /**
     * @throws IllegalStateException for edm, which has none
     */
    public NoiseSchedule noiseSchedule() {
        if (schedule == null) {
            throw new IllegalStateException("edm has no schedule");
        }
        return schedule.tables(timesteps, imageSize);
    }

    /** {@code emaDecay} and {@code emaWarmup} as a function of the optimizer step. */
    public EmaDecay emaSchedule() {
        return emaWarmup == null
                ? new EmaDecay.Constant(emaDecay)
                : new EmaDecay.InverseGamma(emaWarmup.invGamma(), emaWarmup.power(), 0, emaDecay, 0);
    }

    /** {@code learningRate}, {@code warmupSteps} and {@code lrSchedule} as a function of the optimizer step. */
    public LearningRate learningRateSchedule() {
        return new LearningRate(learningRate, warmupSteps, steps, lrSchedule == LrSchedule.COSINE);
    }

    /** Whether the run saves a checkpoint after {@code step} by itself, without a request to stop. */
    public boolean checkpointDue(int step) {
        return step == steps || (checkpointEvery > 0 && step % checkpointEvery == 0);
    }

    /** Whether the run saves a sample grid after {@code step}. */
    public boolean sampleDue(int step) {
        return sampleEvery > 0 && (step == steps || step % sampleEvery == 0);
    }

    /** Whether a checkpoint may end the run or become a version because of this metric. */
    public boolean decidesBy(Metric metric) {
        return (publish == Publish.BEST && publishMetric == metric)
                || (earlyStop != null && earlyStop.metric() == metric);
    }

    /** Whether the run measures the loss on held-out images after {@code step}, if there are any. */
    public boolean validationDue(int step) {
        return validation != null
                && (step == steps
                        || step % validation.every() == 0
                        || (publish == Publish.BEST && publishMetric == Metric.VALIDATION_LOSS && checkpointDue(step)));
    }

    /** Whether the run compares samples with training images after {@code step}. */
    public boolean judgementDue(int step) {
        return checkpointDue(step) && (decidesBy(Metric.SLICED_WASSERSTEIN) || decidesBy(Metric.KERNEL_DISTANCE));
    }
}
