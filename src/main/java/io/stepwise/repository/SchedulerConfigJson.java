package io.stepwise.repository;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.repository.files.JsonFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code scheduler/scheduler_config.json} of a diffusers folder. Missing keys take the defaults of the file's class.
 * Unknown keys are kept ({@link SchedulerConfig#otherKeys()}) and written back, so a file passes through unharmed.
 */
public final class SchedulerConfigJson {
    /** Keys that every discrete scheduler of diffusers has. */
    private static final Set<String> COMMON_KEYS = Set.of(
            "num_train_timesteps",
            "beta_start",
            "beta_end",
            "beta_schedule",
            "trained_betas",
            "prediction_type",
            "timestep_spacing",
            "steps_offset");

    private static final Set<String> CLIPPING_KEYS = Set.of(
            "clip_sample",
            "clip_sample_range",
            "thresholding",
            "dynamic_thresholding_ratio",
            "sample_max_value",
            "rescale_betas_zero_snr");

    /** The schedulers over timesteps whose networks are understood. */
    private static final List<String> DISCRETE_CLASSES = List.of(
            "DDIMParallelScheduler",
            "DDIMScheduler",
            "DDPMParallelScheduler",
            "DDPMScheduler",
            "DEISMultistepScheduler",
            "DPMSolverMultistepScheduler",
            "DPMSolverSDEScheduler",
            "DPMSolverSinglestepScheduler",
            "EulerAncestralDiscreteScheduler",
            "EulerDiscreteScheduler",
            "HeunDiscreteScheduler",
            "KDPM2AncestralDiscreteScheduler",
            "KDPM2DiscreteScheduler",
            "LMSDiscreteScheduler",
            "PNDMScheduler",
            "RePaintScheduler",
            "SASolverScheduler",
            "UniPCMultistepScheduler");

    private static final List<String> EDM_CLASSES = List.of(EdmSchedulerConfig.EULER, EdmSchedulerConfig.DPM_SOLVER);

    private static final Set<String> EDM_KEYS = Set.of(
            "num_train_timesteps",
            "prediction_type",
            "sigma_data",
            "sigma_min",
            "sigma_max",
            "sigma_schedule",
            "rho",
            "final_sigmas_type");

    private SchedulerConfigJson() {}

    /** The defaults of diffusers' class {@code className} with a schedule over timesteps. */
    public static DiscreteSchedulerConfig defaults(String className) {
        boolean ddpm = className.startsWith("DDPM");
        boolean ddim = className.startsWith("DDIM");
        boolean pndm = className.startsWith("PNDM");
        boolean leading = ddpm || ddim || pndm;
        boolean heun = className.startsWith("Heun");
        return new DiscreteSchedulerConfig(
                className,
                1000,
                heun ? 0.00085 : 0.0001,
                heun ? 0.012 : 0.02,
                "linear",
                null,
                "epsilon",
                leading ? "leading" : "linspace",
                0,
                ddpm ? "fixed_small" : null,
                ddpm || ddim,
                1,
                false,
                0.995,
                1,
                !pndm, // a class without this key leaves it to DDIM
                false,
                Map.of());
    }

    /**
     * @throws InvalidModelException when a known key has an invalid value; the message names file, key, value and the
     *     allowed values
     */
    public static SchedulerConfig read(Path path) throws IOException {
        return fromObject(String.valueOf(path.getFileName()), JsonFiles.read(path));
    }

    /** {@link #read} of an object that has been parsed already; {@code file} is named in messages. */
    public static SchedulerConfig fromObject(String file, ObjectNode object) throws InvalidModelException {
        ObjectNode given = object.deepCopy();
        String className = className(file, given.remove("_class_name"));
        SchedulerConfig usual = usual(className);
        modernise(given);
        ObjectNode defaults = JsonFiles.toObject(usual);
        JsonFiles.requireValues(file, given, defaults, Set.of("variance_type"));
        return JsonFiles.bind(file, defaults.setAll(given), usual.getClass());
    }

    private static SchedulerConfig usual(String className) {
        return EDM_CLASSES.contains(className) ? EdmSchedulerConfig.defaults(className) : defaults(className);
    }

    /** The name of a class whose networks are understood. */
    private static String className(String file, @Nullable JsonNode name) throws InvalidModelException {
        List<String> known = Stream.concat(DISCRETE_CLASSES.stream(), EDM_CLASSES.stream())
                .sorted()
                .toList();
        if (name == null || !known.contains(name.textValue())) {
            throw new InvalidModelException(file + ": _class_name " + name + " must be one of " + known);
        }
        return name.textValue();
    }

    /** Writes a file that diffusers opens. */
    public static void write(Path path, SchedulerConfig config) throws IOException {
        JsonFiles.write(path, toObject(config));
    }

    /**
     * The object that {@link #write} writes: the keys of the class, other keys if they differ from the behaviour of the
     * class, and {@link SchedulerConfig#otherKeys()}.
     */
    public static ObjectNode toObject(SchedulerConfig config) {
        ObjectNode object = JsonFiles.toObject(config);
        ObjectNode defaults = JsonFiles.toObject(usual(config.className()));
        for (Map.Entry<String, JsonNode> field : List.copyOf(defaults.properties())) {
            String key = field.getKey();
            if (!hasKey(config.className(), key) && field.getValue().equals(object.get(key))) {
                object.remove(key);
            }
        }
        object.remove("class_name");
        object.put("_class_name", config.className());
        if (!object.has("_diffusers_version")) {
            object.put("_diffusers_version", UNetConfigJson.DIFFUSERS_VERSION);
        }
        return object;
    }

    private static boolean hasKey(String className, String key) {
        return switch (className) {
            case EdmSchedulerConfig.EULER -> EDM_KEYS.contains(key);
            case EdmSchedulerConfig.DPM_SOLVER -> true;
            case "DDPMScheduler" ->
                COMMON_KEYS.contains(key) || CLIPPING_KEYS.contains(key) || key.equals("variance_type");
            case "DDIMScheduler" ->
                COMMON_KEYS.contains(key) || CLIPPING_KEYS.contains(key) || key.equals("set_alpha_to_one");
            default -> COMMON_KEYS.contains(key);
        };
    }

    /** Files of diffusers before 0.6 have {@code predict_epsilon} instead of {@code prediction_type}. */
    private static void modernise(ObjectNode object) {
        JsonNode predictEpsilon = object.get("predict_epsilon");
        if (predictEpsilon != null && predictEpsilon.isBoolean() && !object.has("prediction_type")) {
            object.put("prediction_type", predictEpsilon.asBoolean() ? "epsilon" : "sample");
            object.remove("predict_epsilon");
        }
    }
}
