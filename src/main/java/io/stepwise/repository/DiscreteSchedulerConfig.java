package io.stepwise.repository;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import io.stepwise.repository.files.JsonFiles;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a scheduler with a noise schedule over timesteps: the schedule that a model was trained with, what
 * its output means, and how its author samples.
 *
 * @param className diffusers' class, for example {@code DDPMScheduler}
 * @param numTrainTimesteps T, at least 1
 * @param betaStart β_1, for the schedules that are given by their ends
 * @param betaEnd β_T
 * @param betaSchedule {@code linear}, {@code scaled_linear}, {@code squaredcos_cap_v2}, {@code sigmoid} or another
 *     name diffusers knows
 * @param trainedBetas β_1 … β_T themselves, each in [0, 1]; overrides the named schedule. How any schedule without a
 *     name in diffusers is written
 * @param predictionType {@code epsilon}, {@code sample} or {@code v_prediction}
 * @param timestepSpacing {@code leading}, {@code trailing} or {@code linspace}
 * @param stepsOffset added to the timesteps of leading spacing
 * @param varianceType of DDPM: {@code fixed_small}, {@code fixed_large}, {@code learned_range} …; null with solvers
 *     that take none
 * @param clipSample whether x0 is clipped to ±{@code clipSampleRange}
 * @param clipSampleRange positive
 * @param thresholding dynamic thresholding of x0 (Imagen, section 2.3)
 * @param dynamicThresholdingRatio its quantile, in [0, 1]
 * @param sampleMaxValue its upper bound
 * @param setAlphaToOne of DDIM: whether the last step ends at ᾱ = 1, or at ᾱ_0, which leaves the noise of t = 0
 * @param rescaleBetasZeroSnr whether the schedule is rescaled to zero terminal SNR (Lin et al. 2023)
 * @param otherKeys every other key of the file with its value, preserved for writing
 */
public record DiscreteSchedulerConfig(
        String className,
        int numTrainTimesteps,
        double betaStart,
        double betaEnd,
        String betaSchedule,
        @Nullable List<Double> trainedBetas,
        String predictionType,
        String timestepSpacing,
        int stepsOffset,
        @Nullable String varianceType,
        boolean clipSample,
        double clipSampleRange,
        boolean thresholding,
        double dynamicThresholdingRatio,
        double sampleMaxValue,
        boolean setAlphaToOne,
        boolean rescaleBetasZeroSnr,
        @JsonAnySetter @JsonAnyGetter Map<String, @Nullable Object> otherKeys)
        implements SchedulerConfig {

    private static final int MAX_TIMESTEPS = 1_000_000;

    public DiscreteSchedulerConfig {
        require(
                numTrainTimesteps >= 1 && numTrainTimesteps <= MAX_TIMESTEPS,
                "num_train_timesteps",
                numTrainTimesteps,
                "1 … " + MAX_TIMESTEPS);
        require(betaStart >= 0 && betaStart <= 1, "beta_start", betaStart, "in [0, 1]");
        require(betaEnd >= 0 && betaEnd <= 1, "beta_end", betaEnd, "in [0, 1]");
        require(clipSampleRange > 0, "clip_sample_range", clipSampleRange, "positive");
        require(
                dynamicThresholdingRatio >= 0 && dynamicThresholdingRatio <= 1,
                "dynamic_thresholding_ratio",
                dynamicThresholdingRatio,
                "in [0, 1]");
        require(sampleMaxValue > 0, "sample_max_value", sampleMaxValue, "positive");
        if (trainedBetas != null) {
            trainedBetas = List.copyOf(trainedBetas);
            require(
                    trainedBetas.size() == numTrainTimesteps,
                    "the length of trained_betas",
                    trainedBetas.size(),
                    "num_train_timesteps, " + numTrainTimesteps);
            for (double beta : trainedBetas) {
                require(beta >= 0 && beta <= 1, "trained_betas", beta, "in [0, 1]");
            }
        }
        // values may be null, which Map.copyOf refuses
        otherKeys = Collections.unmodifiableMap(new TreeMap<>(otherKeys));
    }

    @Override
    public String layout() {
        return new SolverKeys(this).spacing();
    }

    /** The same with other values for some keys of the file. */
    DiscreteSchedulerConfig with(Map<String, ?> changes) {
        return JsonFiles.with(this, DiscreteSchedulerConfig.class, changes);
    }

    static void require(boolean holds, String key, Object value, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(key + " " + value + " must be " + allowed);
        }
    }
}
