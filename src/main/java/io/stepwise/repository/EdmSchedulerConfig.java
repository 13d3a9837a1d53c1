package io.stepwise.repository;

import static io.stepwise.repository.DiscreteSchedulerConfig.require;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import io.stepwise.repository.files.JsonFiles;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a scheduler for a network preconditioned as in EDM (Karras et al. 2022,
 * https://arxiv.org/abs/2206.00364), which has no timesteps: {@code EDMEulerScheduler}, or {@code
 * EDMDPMSolverMultistepScheduler}, which alone has the keys from solverOrder on.
 *
 * @param className diffusers' class
 * @param numTrainTimesteps not used
 * @param predictionType {@code epsilon}, the output is F; or {@code v_prediction}, it is -F
 * @param sigmaData standard deviation of the images, above 0
 * @param sigmaMin the least noise level of a run, above 0
 * @param sigmaMax the greatest, above sigmaMin
 * @param sigmaSchedule {@code karras} or {@code exponential}
 * @param rho of the schedule {@code karras}, above 0
 * @param finalSigmasType {@code zero} or {@code sigma_min}
 * @param solverOrder 1, 2 or 3
 * @param algorithmType {@code dpmsolver++} or {@code sde-dpmsolver++}
 * @param solverType {@code midpoint} or {@code heun}
 * @param thresholding dynamic thresholding of x0 (Saharia et al. 2022, https://arxiv.org/abs/2205.11487, section 2.3)
 * @param dynamicThresholdingRatio its quantile, in (0, 1]
 * @param sampleMaxValue its upper bound, positive
 * @param lowerOrderFinal whether runs of fewer than 15 steps end with lower orders
 * @param eulerAtFinal whether the last step is of order 1
 * @param otherKeys every other key of the file with its value, preserved for writing
 */
public record EdmSchedulerConfig(
        String className,
        int numTrainTimesteps,
        String predictionType,
        double sigmaData,
        double sigmaMin,
        double sigmaMax,
        String sigmaSchedule,
        double rho,
        String finalSigmasType,
        int solverOrder,
        String algorithmType,
        String solverType,
        boolean thresholding,
        double dynamicThresholdingRatio,
        double sampleMaxValue,
        boolean lowerOrderFinal,
        boolean eulerAtFinal,
        @JsonAnySetter @JsonAnyGetter Map<String, @Nullable Object> otherKeys)
        implements SchedulerConfig {
    static final String EULER = "EDMEulerScheduler";
    static final String DPM_SOLVER = "EDMDPMSolverMultistepScheduler";
    static final String V_PREDICTION = "v_prediction";
    static final String EXPONENTIAL = "exponential";
    static final String SIGMA_MIN = "sigma_min";
    static final String SDE = "sde-dpmsolver++";
    static final String HEUN = "heun";
    private static final EdmSchedulerConfig DEFAULTS = JsonFiles.constant(
            """
            {
              "class_name": "EDMEulerScheduler", "num_train_timesteps": 1000, "prediction_type": "epsilon",
              "sigma_data": 0.5, "sigma_min": 0.002, "sigma_max": 80, "sigma_schedule": "karras", "rho": 7,
              "final_sigmas_type": "zero",
              "solver_order": 2, "algorithm_type": "dpmsolver++", "solver_type": "midpoint",
              "thresholding": false, "dynamic_thresholding_ratio": 0.995, "sample_max_value": 1,
              "lower_order_final": true, "euler_at_final": false
            }
            """,
            EdmSchedulerConfig.class);

    public EdmSchedulerConfig {
        requireOneOf("prediction_type", predictionType, "epsilon", V_PREDICTION);
        requireOneOf("sigma_schedule", sigmaSchedule, "karras", EXPONENTIAL);
        requireOneOf("final_sigmas_type", finalSigmasType, "zero", SIGMA_MIN);
        requireOneOf("algorithm_type", algorithmType, "dpmsolver++", SDE);
        requireOneOf("solver_type", solverType, "midpoint", HEUN);
        requirePositive("sigma_data", sigmaData);
        requirePositive("sigma_min", sigmaMin);
        requirePositive("sigma_max", sigmaMax);
        require(sigmaMin < sigmaMax, "sigma_min", sigmaMin, "below sigma_max " + sigmaMax);
        requirePositive("rho", rho);
        require(solverOrder >= 1 && solverOrder <= 3, "solver_order", solverOrder, "1, 2 or 3");
        require(
                dynamicThresholdingRatio > 0 && dynamicThresholdingRatio <= 1,
                "dynamic_thresholding_ratio",
                dynamicThresholdingRatio,
                "in (0, 1]");
        requirePositive("sample_max_value", sampleMaxValue);
        // values may be null, which Map.copyOf refuses
        otherKeys = Collections.unmodifiableMap(new TreeMap<>(otherKeys));
    }

    @Override
    public String layout() {
        return sigmaSchedule;
    }

    /** The defaults of diffusers' class {@code className}. */
    static EdmSchedulerConfig defaults(String className) {
        return JsonFiles.with(DEFAULTS, EdmSchedulerConfig.class, Map.of("class_name", className));
    }

    private static void requirePositive(String key, double value) {
        require(value > 0 && value < Double.POSITIVE_INFINITY, key, value, "positive");
    }

    private static void requireOneOf(String key, String value, String... allowed) {
        require(List.of(allowed).contains(value), key, value, "one of " + List.of(allowed));
    }
}
