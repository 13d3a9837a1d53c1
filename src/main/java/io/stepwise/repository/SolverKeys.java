package io.stepwise.repository;

import static io.stepwise.repository.DiscreteSchedulerConfig.require;

import io.stepwise.diffusion.Clip;
import io.stepwise.diffusion.sampler.DpmSolverPP;
import io.stepwise.diffusion.sampler.Sigmas;
import io.stepwise.diffusion.sampler.Spacing;
import io.stepwise.diffusion.sampler.TimeGrid;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys by which diffusers' solvers over timesteps choose their noise levels and rules. They stand among {@link
 * DiscreteSchedulerConfig#otherKeys}. A file may hold keys of other classes, which diffusers ignores; so the keys of a
 * class that takes none of them are passed over.
 */
record SolverKeys(DiscreteSchedulerConfig config) {
    private static final String DPM_SOLVER = "DPMSolverMultistepScheduler";

    /** The classes that take {@code use_karras_sigmas} and its relatives. */
    private static final Set<String> CLASSES = Set.of(
            "DEISMultistepScheduler",
            DPM_SOLVER,
            "DPMSolverSDEScheduler",
            "DPMSolverSinglestepScheduler",
            "EulerDiscreteScheduler",
            "HeunDiscreteScheduler",
            "KDPM2AncestralDiscreteScheduler",
            "KDPM2DiscreteScheduler",
            "LMSDiscreteScheduler",
            "SASolverScheduler",
            "UniPCMultistepScheduler");

    /** Those of them that take {@code final_sigmas_type}. */
    private static final Set<String> ENDING =
            Set.of(DPM_SOLVER, "DPMSolverSinglestepScheduler", "EulerDiscreteScheduler", "UniPCMultistepScheduler");

    /**
     * @throws IllegalArgumentException when one names something that Stepwise doesn't compute, with the key, its value
     *     and what it must be
     */
    void check() {
        if (!CLASSES.contains(config.className())) {
            return;
        }
        requireLevels();
        choice("timestep_type", "discrete", "discrete");
        choice("interpolation_type", "linear", "linear");
        choice(
                "algorithm_type",
                "dpmsolver++",
                "dpmsolver++",
                "sde-dpmsolver++",
                "dpmsolver",
                "sde-dpmsolver",
                "deis",
                "data_prediction",
                "noise_prediction");
        choice("solver_type", "midpoint", "midpoint", "heun", "logrho", "bh1", "bh2");
        choice("final_sigmas_type", "zero", "zero", "sigma_min");
        if (config.className().equals(DPM_SOLVER)) {
            solver(Clip.NONE);
        }
    }

    /** Levels over sigma are those of the schedule, even in sigma^(1/7) or in ln sigma. */
    private void requireLevels() {
        for (String key : List.of("use_beta_sigmas", "use_lu_lambdas", "use_flow_sigmas")) {
            choice(key, false, false);
        }
        for (String key : List.of("sigma_min", "sigma_max")) {
            Object value = config.otherKeys().get(key);
            require(value == null, key, String.valueOf(value), "null, the range of the schedule");
        }
        boolean both = isKarras() && is("use_exponential_sigmas", false);
        require(!both, "use_exponential_sigmas", true, "false with use_karras_sigmas");
    }

    private boolean isKarras() {
        return is("use_karras_sigmas", false);
    }

    TimeGrid grid() {
        TimeGrid timesteps = new TimeGrid(
                Spacing.ofTimesteps(config.timestepSpacing()),
                config.stepsOffset(),
                null,
                ENDING.contains(config.className())
                        && choice("final_sigmas_type", "zero", "zero", "sigma_min")
                                .equals("sigma_min"));
        Sigmas sigmas = sigmas();
        return sigmas == null ? timesteps : timesteps.with(sigmas);
    }

    /** How the levels are spread over sigma; null for timesteps. */
    private @Nullable Sigmas sigmas() {
        if (!CLASSES.contains(config.className())) {
            return null;
        }
        return isKarras() ? Sigmas.KARRAS : is("use_exponential_sigmas", false) ? Sigmas.EXPONENTIAL : null;
    }

    /** The name of the spacing, as in requests. */
    String spacing() {
        Sigmas sigmas = sigmas();
        return sigmas == null
                ? config.timestepSpacing()
                : (sigmas.equals(Sigmas.KARRAS) ? Spacing.KARRAS : Spacing.EXPONENTIAL).wireName();
    }

    /** What dpm++2m is: the author's solver if the class is one of DPM-Solver++, and otherwise the usual one. */
    DpmSolverPP solver(Clip thresholding) {
        DpmSolverPP usual = DpmSolverPP.secondOrder(TimeGrid.LINSPACE);
        String algorithm = String.valueOf(config.otherKeys().getOrDefault("algorithm_type", "dpmsolver++"));
        if (!config.className().equals(DPM_SOLVER) || !algorithm.endsWith("dpmsolver++")) {
            return usual;
        }
        boolean heun = "heun".equals(config.otherKeys().get("solver_type"));
        return new DpmSolverPP(
                (int) number("solver_order", 2, 1, 3),
                heun ? DpmSolverPP.SecondOrderRule.HEUN : DpmSolverPP.SecondOrderRule.MIDPOINT,
                algorithm.startsWith("sde"),
                usual.grid(),
                thresholding,
                number("lambda_min_clipped", Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY, -Double.MIN_VALUE),
                is("lower_order_final", true),
                is("euler_at_final", false));
    }

    private boolean is(String key, boolean usual) {
        return choice(key, usual, true, false);
    }

    private double number(String key, double usual, double least, double most) {
        Object value = config.otherKeys().get(key);
        if (value == null) {
            return usual;
        }
        boolean fits = value instanceof Number given && given.doubleValue() >= least && given.doubleValue() <= most;
        require(fits, key, value, least + " … " + most);
        return ((Number) value).doubleValue();
    }

    /** The value of {@code key}; {@code usual} if it is null or isn't there. */
    @SafeVarargs
    private <T> T choice(String key, T usual, T... allowed) {
        Object value = config.otherKeys().get(key);
        if (value == null) {
            return usual;
        }
        for (T each : allowed) {
            if (each.equals(value)) {
                return each;
            }
        }
        throw new IllegalArgumentException(key + " " + value + " must be "
                + (allowed.length == 1 ? allowed[0] : "one of " + Arrays.asList(allowed)));
    }
}
