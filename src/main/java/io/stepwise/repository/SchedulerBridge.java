package io.stepwise.repository;

import io.stepwise.diffusion.BetaCurve;
import io.stepwise.diffusion.Clip;
import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.EdmPreconditioning;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.Parameterization;
import io.stepwise.diffusion.Prediction;
import io.stepwise.diffusion.ScheduleSpec;
import io.stepwise.diffusion.sampler.Ddpm;
import io.stepwise.diffusion.sampler.DpmSolverPP;
import io.stepwise.diffusion.sampler.SamplerDefaults;
import io.stepwise.diffusion.sampler.Sigmas;
import io.stepwise.diffusion.sampler.Spacing;
import io.stepwise.diffusion.sampler.TimeGrid;
import io.stepwise.model.UNetConfig;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.repository.files.JsonFiles;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Turns diffusers' {@link SchedulerConfig} into the mathematics that it names, and back. */
public final class SchedulerBridge {
    private static final double COSINE_MAX_BETA = .999; // diffusers' betas_for_alpha_bar

    private SchedulerBridge() {}

    /**
     * What the network was trained on.
     *
     * @throws InvalidModelException when the schedule or the prediction is none that Stepwise knows, naming the key
     */
    public static Parameterization network(SchedulerConfig config) throws InvalidModelException {
        if (config instanceof EdmSchedulerConfig edm) {
            return new EdmPreconditioning(
                    edm.sigmaData(), edm.predictionType().equals(EdmSchedulerConfig.V_PREDICTION));
        }
        DiscreteSchedulerConfig discrete = (DiscreteSchedulerConfig) config;
        return understood(() -> new DiscreteTime(schedule(discrete), Prediction.named(discrete.predictionType())));
    }

    /**
     * Checks that Stepwise can sample from a network as its configurations say.
     *
     * @throws InvalidModelException naming the key, its value and what it must be
     */
    static void check(SchedulerConfig scheduler, UNetConfig unet) throws InvalidModelException {
        network(scheduler);
        boolean learned = samplerDefaults(scheduler).variance() == Ddpm.Variance.LEARNED_RANGE;
        requireTimeEmbedding(scheduler, unet);
        int in = unet.inChannels();
        int out = unet.outChannels();
        if (out != 2 * in && (learned || out != in)) {
            throw new InvalidModelException(PipelineFolder.UNET_CONFIG + ": out_channels " + out + " must be "
                    + (learned
                            ? 2 * in + ", twice in_channels, with variance_type learned_range"
                            : in + " or " + 2 * in));
        }
    }

    /** A learned time embedding has a row for each timestep, and none for the noise levels of EDM. */
    private static void requireTimeEmbedding(SchedulerConfig scheduler, UNetConfig unet) throws InvalidModelException {
        Integer rows = unet.numTrainTimesteps();
        if (unet.timeEmbeddingType() != UNetConfig.TimeEmbeddingType.LEARNED || rows == null) {
            return;
        }
        if (scheduler instanceof EdmSchedulerConfig) {
            throw new InvalidModelException(PipelineFolder.UNET_CONFIG
                    + ": time_embedding_type learned must be positional or fourier with " + scheduler.className());
        }
        if (rows < scheduler.numTrainTimesteps()) {
            throw new InvalidModelException(PipelineFolder.UNET_CONFIG + ": num_train_timesteps " + rows
                    + " must be at least " + scheduler.numTrainTimesteps() + ", the scheduler's");
        }
    }

    private static <T> T understood(Supplier<T> made) throws InvalidModelException {
        try {
            return made.get();
        } catch (IllegalArgumentException e) {
            throw new InvalidModelException(PipelineFolder.SCHEDULER_CONFIG + ": " + e.getMessage(), e);
        }
    }

    private static NoiseSchedule schedule(DiscreteSchedulerConfig config) {
        List<Double> betas = config.trainedBetas();
        NoiseSchedule schedule = betas != null
                ? NoiseSchedule.ofBetas(
                        betas.stream().mapToDouble(Double::doubleValue).toArray())
                : NoiseSchedule.of(spec(config));
        return config.rescaleBetasZeroSnr() ? schedule.rescaledToZeroTerminalSnr() : schedule;
    }

    private static ScheduleSpec spec(DiscreteSchedulerConfig config) {
        BetaCurve curve = BetaCurve.named(config.betaSchedule());
        ScheduleSpec spec = ScheduleSpec.of(curve, config.numTrainTimesteps());
        return curve.usesBetaRange() ? spec.withBetas(config.betaStart(), config.betaEnd()) : spec;
    }

    /**
     * How the model's author samples.
     *
     * @throws InvalidModelException when the spacing or the variance is none that Stepwise knows, naming the key
     */
    public static SamplerDefaults samplerDefaults(SchedulerConfig config) throws InvalidModelException {
        return config instanceof EdmSchedulerConfig edm
                ? samplerDefaults(edm)
                : samplerDefaults((DiscreteSchedulerConfig) config);
    }

    private static SamplerDefaults samplerDefaults(DiscreteSchedulerConfig config) throws InvalidModelException {
        Clip unthresholded = config.clipSample() ? new Clip.Range(config.clipSampleRange()) : Clip.NONE;
        Clip clip = config.thresholding()
                ? thresholding(config.dynamicThresholdingRatio(), config.sampleMaxValue())
                : unthresholded;
        String variance = config.varianceType();
        SolverKeys keys = new SolverKeys(config);
        return understood(() -> {
            keys.check();
            return new SamplerDefaults(
                    keys.grid(),
                    clip,
                    variance == null ? Ddpm.Variance.FIXED_SMALL : Ddpm.Variance.named(variance),
                    config.setAlphaToOne(),
                    keys.solver(config.thresholding() ? clip : Clip.NONE));
        });
    }

    private static SamplerDefaults samplerDefaults(EdmSchedulerConfig config) {
        boolean exponential = config.sigmaSchedule().equals(EdmSchedulerConfig.EXPONENTIAL);
        Sigmas sigmas =
                new Sigmas(config.sigmaMin(), config.sigmaMax(), exponential ? Double.POSITIVE_INFINITY : config.rho());
        TimeGrid grid = new TimeGrid(
                Spacing.LINSPACE, 0, sigmas, config.finalSigmasType().equals(EdmSchedulerConfig.SIGMA_MIN));
        Clip clip = config.thresholding()
                ? thresholding(config.dynamicThresholdingRatio(), config.sampleMaxValue())
                : Clip.NONE;
        DpmSolverPP solver = new DpmSolverPP(
                config.solverOrder(),
                config.solverType().equals(EdmSchedulerConfig.HEUN)
                        ? DpmSolverPP.SecondOrderRule.HEUN
                        : DpmSolverPP.SecondOrderRule.MIDPOINT,
                config.algorithmType().equals(EdmSchedulerConfig.SDE),
                grid,
                clip,
                Double.NEGATIVE_INFINITY,
                config.lowerOrderFinal(),
                config.eulerAtFinal());
        return new SamplerDefaults(grid, clip, Ddpm.Variance.FIXED_SMALL, true, solver);
    }

    private static Clip thresholding(double ratio, double max) {
        return new Clip.Dynamic(ratio, Math.max(1, max));
    }

    /**
     * The configuration under which diffusers samples as Stepwise does: a schedule that diffusers has no name for is
     * written beta by beta, and a network preconditioned as in EDM gets diffusers' usual noise levels.
     *
     * @param variance of ddpm's noise; FIXED_SMALL for a network preconditioned as in EDM, which has no other
     */
    public static SchedulerConfig config(Parameterization network, Ddpm.Variance variance) {
        if (network instanceof DiscreteTime discrete) {
            return config(discrete, variance);
        }
        if (variance != Ddpm.Variance.FIXED_SMALL) {
            throw new IllegalArgumentException("variance " + variance.label() + " must be fixed_small with EDM");
        }
        EdmPreconditioning edm = (EdmPreconditioning) network;
        return JsonFiles.with(
                EdmSchedulerConfig.defaults(EdmSchedulerConfig.EULER),
                EdmSchedulerConfig.class,
                Map.of(
                        "sigma_data",
                        edm.sigmaData(),
                        "prediction_type",
                        edm.negated() ? EdmSchedulerConfig.V_PREDICTION : "epsilon"));
    }

    private static SchedulerConfig config(DiscreteTime network, Ddpm.Variance variance) {
        NoiseSchedule schedule = network.schedule();
        DiscreteSchedulerConfig config = SchedulerConfigJson.defaults("DDPMScheduler")
                .with(Map.of(
                        "num_train_timesteps", schedule.timesteps(),
                        "prediction_type", network.prediction().label(),
                        "variance_type", variance.label(),
                        "timestep_spacing", "trailing"));
        return config.with(schedule.spec()
                .filter(SchedulerBridge::hasNameInDiffusers)
                .<Map<String, ?>>map(spec -> Map.of(
                        "beta_schedule", spec.curve().label(),
                        "beta_start", spec.betaStart(),
                        "beta_end", spec.betaEnd()))
                .orElseGet(() -> Map.of("trained_betas", schedule.betas())));
    }

    private static boolean hasNameInDiffusers(ScheduleSpec spec) {
        double usualMaxBeta = spec.curve() == BetaCurve.COSINE ? COSINE_MAX_BETA : 1;
        return spec.curve() != BetaCurve.SIGMOID_SIGNAL
                && spec.logSnrShift() == 0
                && spec.maxBeta() == usualMaxBeta
                && !spec.zeroTerminalSnr();
    }
}
