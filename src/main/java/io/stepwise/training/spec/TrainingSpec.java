package io.stepwise.training.spec;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.stepwise.diffusion.EmaDecay;
import io.stepwise.diffusion.LossWeighting;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.Prediction;
import io.stepwise.model.CpuFeatures;
import io.stepwise.model.Loss;
import io.stepwise.model.Precision;
import io.stepwise.schema.FieldChecks;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.schema.MessageJson;
import org.jspecify.annotations.Nullable;

/**
 * Everything that decides what a training run does: the same specification, data set and machine give the same weights.
 * {@link TrainingSpecJson} reads and writes it; its JSON names are these in snake case. The contract's
 * {@code TrainingSpecification} says which values a component may have and which is its default.
 *
 * @param model name under which the result is published
 * @param dataset name of the data set
 * @param steps optimizer steps in all; a resumed run goes on up to this number
 * @param batchSize images per forward pass; an optimizer step sees {@code batchSize * gradientAccumulation} images
 * @param imageSize what images are brought to
 * @param seed unsigned 64-bit, keys all randomness of the run
 * @param unet the network
 * @param schedule the noise schedule
 * @param timesteps T
 * @param prediction what the network is trained to say
 * @param lossWeighting how much each timestep counts
 * @param loss distance between prediction and target
 * @param optimizer how gradients change the weights
 * @param learningRate after the warm-up
 * @param lrSchedule what happens after the warm-up
 * @param warmupSteps optimizer steps of linear growth, at most {@code steps}
 * @param gradientClip largest norm of the whole gradient; 0 is off
 * @param gradientAccumulation forward passes per optimizer step
 * @param emaDecay decay of the averaged weights; 0 is no averaging
 * @param emaWarmup how the decay grows up to {@code emaDecay}; null is a constant decay
 * @param labelDropout share of labels hidden in training so that guidance can be used; means nothing to a U-Net without
 *     classes
 * @param flip mirror every other image at random
 * @param precision number format of the heavy operators
 * @param checkpointEvery optimizer steps between checkpoints; 0 is at the end only
 * @param sampleEvery optimizer steps between sample grids; 0 is never
 * @param publish when a checkpoint becomes a version of the model
 * @param resumeFrom the checkpoint to go on from; null is from scratch
 */
public record TrainingSpec(
        String model,
        String dataset,
        int steps,
        int batchSize,
        ImageSize imageSize,
        @JsonDeserialize(using = MessageJson.UnsignedReader.class)
                @JsonSerialize(using = MessageJson.UnsignedWriter.class)
                long seed,
        UNetChoice unet,
        ScheduleChoice schedule,
        int timesteps,
        Prediction prediction,
        LossWeighting lossWeighting,
        Loss loss,
        OptimizerSpec optimizer,
        double learningRate,
        LrSchedule lrSchedule,
        int warmupSteps,
        double gradientClip,
        int gradientAccumulation,
        double emaDecay,
        @Nullable EmaWarmup emaWarmup,
        double labelDropout,
        boolean flip,
        PrecisionChoice precision,
        int checkpointEvery,
        int sampleEvery,
        Publish publish,
        @Nullable ResumePoint resumeFrom) {

    /** The learning rate after the warm-up; the JSON name is the lower-case one. */
    public enum LrSchedule {
        CONSTANT,
        /** Half a cosine wave down to zero at the last step. */
        COSINE
    }

    /** Which number format to train in; the JSON name is the lower-case one. */
    public enum PrecisionChoice {
        F32,
        /** Convolutions in bfloat16, the rest in float32. */
        BF16,
        /** Whichever is faster on the machine that trains. */
        AUTO;

        /** The number format on this machine. */
        public Precision here() {
            boolean bf16 = this == BF16 || (this == AUTO && CpuFeatures.here().fastBf16());
            return bf16 ? Precision.BF16_CONVOLUTIONS : Precision.F32;
        }
    }

    /** When a checkpoint becomes a version of the model; the JSON name is the lower-case one. */
    public enum Publish {
        END,
        EVERY_CHECKPOINT,
        /** Every checkpoint whose samples are better than those of all before. */
        BEST,
        NEVER
    }

    /**
     * Checks what the contract can't say; {@link TrainingSpecJson} has checked the rest.
     *
     * @throws InvalidMessageException naming every component that doesn't fit another one
     */
    public TrainingSpec {
        new FieldChecks()
                .that(
                        "/schedule/betas",
                        schedule.betas().size(),
                        schedule.kind() != ScheduleChoice.Kind.GIVEN
                                || schedule.betas().size() == timesteps,
                        timesteps + " entries, one per timestep")
                .that(
                        "/prediction",
                        '"' + prediction.label() + '"',
                        !schedule.zeroTerminalSnr() || prediction != Prediction.EPSILON,
                        "sample or v_prediction where zero_terminal_snr is set: pure noise holds no epsilon to divide by")
                .that("/warmup_steps", warmupSteps, warmupSteps <= steps, "an integer, 0 … " + steps)
                .orThrow();
    }

    /** What an empty JSON object means. */
    public static TrainingSpec defaults() {
        return TrainingSpecJson.read(JsonNodeFactory.instance.objectNode());
    }

    /** The schedule's tables. */
    public NoiseSchedule noiseSchedule() {
        return schedule.tables(timesteps);
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

    /** Whether a run leaves a checkpoint after {@code step} even if nobody stops it there. */
    public boolean checkpointDue(int step) {
        return step == steps || (checkpointEvery > 0 && step % checkpointEvery == 0);
    }

    /** Whether a run leaves a sample grid after {@code step}. */
    public boolean sampleDue(int step) {
        return sampleEvery > 0 && (step == steps || step % sampleEvery == 0);
    }
}
