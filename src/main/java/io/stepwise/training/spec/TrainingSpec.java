package io.stepwise.training.spec;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.stepwise.diffusion.EmaDecay;
import io.stepwise.diffusion.LossWeighting;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.Prediction;
import org.jspecify.annotations.Nullable;

/**
 * Everything that decides what a training run does: the same specification, data set and machine give the same weights.
 * {@link TrainingSpecJson} reads and writes it; its JSON names are these in snake case.
 *
 * @param model name under which the result is published, default the data set's name
 * @param dataset name of the data set, default {@code faces}
 * @param steps optimizer steps in all, 1 … 10 000 000, default 20 000; a resumed run goes on up to this number
 * @param batchSize images per forward pass, 1 … 4096, default 32; an optimizer step sees {@code batchSize *
 *     gradientAccumulation} images
 * @param imageSize what images are brought to, default 32 by 32
 * @param seed unsigned 64-bit, keys all randomness of the run, default 0
 * @param unet the network, default the preset {@code small}
 * @param schedule the noise schedule, default cosine
 * @param timesteps T, 20 … 4000, default 1000
 * @param prediction what the network is trained to say, default epsilon
 * @param lossWeighting how much each timestep counts, default plain
 * @param loss distance between prediction and target, default l2
 * @param optimizer default adamw
 * @param learningRate after the warm-up, in (0,1), default 0.0002
 * @param lrSchedule what happens after the warm-up, default cosine
 * @param warmupSteps optimizer steps of linear growth, 0 … {@code steps}, default 500 but no more than a tenth of
 *     {@code steps}
 * @param gradientClip largest norm of the whole gradient, 0 … 1000, default 1; 0 (or null in JSON) is off
 * @param gradientAccumulation forward passes per optimizer step, 1 … 1024, default 1
 * @param emaDecay decay of the averaged weights, in [0,1), default 0.9999; 0 is no averaging
 * @param emaWarmup how the decay grows up to {@code emaDecay}, default {@link EmaWarmup#DEFAULT}; null is a constant
 *     decay
 * @param labelDropout share of labels hidden in training so that guidance can be used, 0 … 1, default 0.1; means
 *     nothing to a U-Net without classes
 * @param flip mirror every other image at random, default true; turn off for digits and letters
 * @param precision number format of the heavy operators, default auto
 * @param checkpointEvery optimizer steps between checkpoints, 0 … 10 000 000, default 1000; 0 is at the end only
 * @param sampleEvery optimizer steps between sample grids, 0 … 10 000 000, default 1000; 0 is never
 * @param publish when a checkpoint becomes a version of the model, default end
 * @param resumeFrom the checkpoint to go on from, default null: from scratch
 */
public record TrainingSpec(
        String model,
        String dataset,
        int steps,
        int batchSize,
        ImageSize imageSize,
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
        Precision precision,
        int checkpointEvery,
        int sampleEvery,
        Publish publish,
        @Nullable ResumePoint resumeFrom) {

    static final int MAX_STEPS = 10_000_000;

    /** Distance per element; the JSON name is the lower-case one. */
    public enum Loss {
        /** (a-b)². */
        L2,
        /** |a-b|. */
        L1,
        /** (a-b)²/2 where |a-b| is at most 1, |a-b|-1/2 beyond. */
        HUBER
    }

    /** The learning rate after the warm-up; the JSON name is the lower-case one. */
    public enum LrSchedule {
        CONSTANT,
        /** Half a cosine wave down to zero at the last step. */
        COSINE
    }

    /** Number format of the heavy operators; the JSON name is the lower-case one. */
    public enum Precision {
        F32,
        /** Convolutions in bfloat16, the rest in float32. */
        BF16,
        /** Whichever is faster on the machine that trains. */
        AUTO
    }

    /** When a checkpoint becomes a version of the model; the JSON name is the lower-case one. */
    public enum Publish {
        END,
        EVERY_CHECKPOINT,
        /** Every checkpoint whose samples are better than those of all before. */
        BEST,
        NEVER
    }

    /** @throws InvalidSpecException naming every component out of its range */
    public TrainingSpec {
        new FieldChecks()
                .name("/model", model)
                .name("/dataset", dataset)
                .range("/steps", steps, 1, MAX_STEPS)
                .range("/batch_size", batchSize, 1, 4096)
                .that(
                        "/schedule/betas",
                        schedule.betas().size(),
                        fits(schedule, timesteps),
                        timesteps + " entries, one per timestep")
                .range("/timesteps", timesteps, 20, 4000)
                .that(
                        "/prediction",
                        prediction.label(),
                        !schedule.zeroTerminalSnr() || prediction != Prediction.EPSILON,
                        "sample or v_prediction where zero_terminal_snr is set: pure noise holds no epsilon to divide by")
                .between("/learning_rate", learningRate, 0, 1)
                .range("/warmup_steps", warmupSteps, 0, Math.max(0, steps))
                .range("/gradient_clip", gradientClip, 0.0, 1000.0)
                .range("/gradient_accumulation", gradientAccumulation, 1, 1024)
                .that("/ema_decay", emaDecay, emaDecay >= 0 && emaDecay < 1, "at least 0 and less than 1")
                .range("/label_dropout", labelDropout, 0.0, 1.0)
                .range("/checkpoint_every", checkpointEvery, 0, MAX_STEPS)
                .range("/sample_every", sampleEvery, 0, MAX_STEPS)
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

    private static boolean fits(ScheduleChoice schedule, int timesteps) {
        return schedule.kind() != ScheduleChoice.Kind.GIVEN || schedule.betas().size() == timesteps;
    }
}
