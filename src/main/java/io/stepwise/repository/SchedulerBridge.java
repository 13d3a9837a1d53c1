package io.stepwise.repository;

import io.stepwise.diffusion.BetaCurve;
import io.stepwise.diffusion.Clip;
import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.Prediction;
import io.stepwise.diffusion.ScheduleSpec;
import io.stepwise.diffusion.sampler.Ddpm;
import io.stepwise.diffusion.sampler.SamplerDefaults;
import io.stepwise.diffusion.sampler.Spacing;
import io.stepwise.repository.files.InvalidModelException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Turns diffusers' {@link SchedulerConfig} into the mathematics that it names, and back. */
public final class SchedulerBridge {
    private static final double COSINE_MAX_BETA = .999; // diffusers' betas_for_alpha_bar

    private SchedulerBridge() {}

    /**
     * What the network was trained on.
     *
     * @throws InvalidModelException when the schedule or the prediction is none that Stepwise knows, naming the key
     */
    public static DiscreteTime network(SchedulerConfig config) throws InvalidModelException {
        try {
            return new DiscreteTime(schedule(config), Prediction.named(config.predictionType()));
        } catch (IllegalArgumentException e) {
            throw new InvalidModelException(PipelineFolder.SCHEDULER_CONFIG + ": " + e.getMessage());
        }
    }

    private static NoiseSchedule schedule(SchedulerConfig config) {
        List<Double> betas = config.trainedBetas();
        NoiseSchedule schedule = betas != null
                ? NoiseSchedule.ofBetas(
                        betas.stream().mapToDouble(Double::doubleValue).toArray())
                : NoiseSchedule.of(spec(config));
        return config.rescaleBetasZeroSnr() ? schedule.rescaledToZeroTerminalSnr() : schedule;
    }

    private static ScheduleSpec spec(SchedulerConfig config) {
        BetaCurve curve = BetaCurve.named(config.betaSchedule());
        ScheduleSpec spec = ScheduleSpec.of(curve, config.numTrainTimesteps());
        return curve.usesBetaRange() ? spec.withBetas(config.betaStart(), config.betaEnd()) : spec;
    }

    /** How the model's author samples; leading timesteps where the configuration names a spacing that Stepwise doesn't know. */
    public static SamplerDefaults samplerDefaults(SchedulerConfig config) {
        Spacing spacing = Spacing.of(config.timestepSpacing())
                .filter(known -> known != Spacing.KARRAS)
                .orElse(SamplerDefaults.USUAL.spacing());
        return new SamplerDefaults(
                spacing, config.stepsOffset(), clip(config), variance(config), config.setAlphaToOne());
    }

    private static Clip clip(SchedulerConfig config) {
        if (config.thresholding()) {
            return new Clip.Dynamic(config.dynamicThresholdingRatio(), Math.max(1, config.sampleMaxValue()));
        }
        return config.clipSample() ? new Clip.Range(config.clipSampleRange()) : Clip.NONE;
    }

    /** The variance of DDPM's noise; fixed_small where the configuration names none that Stepwise knows. */
    private static Ddpm.Variance variance(SchedulerConfig config) {
        String name = config.varianceType() == null ? "" : config.varianceType().toUpperCase(Locale.ROOT);
        return Arrays.stream(Ddpm.Variance.values())
                .filter(variance -> variance.name().equals(name))
                .findFirst()
                .orElse(Ddpm.Variance.FIXED_SMALL);
    }

    /**
     * The configuration under which diffusers samples as Stepwise does: a schedule that diffusers has no name for is
     * written beta by beta.
     */
    public static SchedulerConfig config(NoiseSchedule schedule, Prediction prediction) {
        SchedulerConfig byBetas = SchedulerConfig.ofBetas(
                Arrays.stream(schedule.betas()).boxed().toList(), prediction.label(), "fixed_small");
        SchedulerConfig config = schedule.spec()
                .filter(SchedulerBridge::hasNameInDiffusers)
                .map(byBetas::named)
                .orElse(byBetas);
        return config.withTimestepSpacing("trailing");
    }

    private static boolean hasNameInDiffusers(ScheduleSpec spec) {
        double usualMaxBeta = spec.curve() == BetaCurve.COSINE ? COSINE_MAX_BETA : 1;
        return spec.curve() != BetaCurve.SIGMOID_SIGNAL && spec.maxBeta() == usualMaxBeta && !spec.zeroTerminalSnr();
    }
}
