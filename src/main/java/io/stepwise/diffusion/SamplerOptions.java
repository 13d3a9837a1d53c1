package io.stepwise.diffusion;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sampler by name, with what a request may choose of it; null stands for the sampler's default.
 *
 * @param name one of {@link #NAMES}
 * @param eta share of fresh noise, 0 … 1, for ddim only
 * @param spacing leading, trailing or linspace; karras too, except for ddim and ddpm
 * @param clip whether the clean image is clipped; by default it is for ddim and ddpm
 */
public record SamplerOptions(String name, @Nullable Double eta, @Nullable String spacing, @Nullable Boolean clip) {
    /** All samplers that have a name. */
    public static final List<String> NAMES =
            List.of("ddim", "ddpm", "euler", "euler-ancestral", "heun", "dpm++2m", "unipc");

    private static final String KARRAS = "karras";

    /**
     * Checks the values against the sampler.
     *
     * @throws IllegalArgumentException naming the field, its value and what is allowed
     */
    public SamplerOptions {
        if (!NAMES.contains(name)) {
            throw new IllegalArgumentException("sampler '" + name + "' must be one of " + String.join(", ", NAMES));
        }
        if (eta != null && !name.equals("ddim")) {
            throw new IllegalArgumentException(
                    "eta " + eta + " must be left out with sampler " + name + ": only ddim has it");
        }
        if (eta != null && !(eta >= 0 && eta <= 1)) {
            throw new IllegalArgumentException("eta " + eta + " must be 0 to 1");
        }
        if (spacing != null && !spacings(name).contains(spacing)) {
            throw new IllegalArgumentException("spacing '" + spacing + "' must be one of "
                    + String.join(", ", spacings(name)) + " with sampler " + name);
        }
    }

    /** The sampler with all its defaults. */
    public static SamplerOptions of(String name) {
        return new SamplerOptions(name, null, null, null);
    }

    /** The spacings that the sampler of this name takes. */
    public static List<String> spacings(String name) {
        return visitsTimesteps(name)
                ? List.of("leading", "trailing", "linspace")
                : List.of("leading", "trailing", "linspace", KARRAS);
    }

    /**
     * The sampler, with diffusers' defaults where nothing is chosen: ddim and ddpm leading and clipped, the solvers
     * linspace and unclipped.
     *
     * @param variance of ddpm's noise, a property of the model
     * @param range how images of this model are clipped where they are
     * @param stepsOffset added to leading timesteps, a property of the model
     */
    public Sampler sampler(Ddpm.Variance variance, Clip range, int stepsOffset) {
        boolean onSchedule = visitsTimesteps(name);
        boolean karras = KARRAS.equals(spacing);
        Spacing points =
                spacing == null || karras ? (onSchedule ? Spacing.LEADING : Spacing.LINSPACE) : Spacing.named(spacing);
        Clip clipped = (clip == null ? onSchedule : clip) ? range : Clip.NONE;
        TimeGrid grid = new TimeGrid(points, stepsOffset, karras, false);
        return switch (name) {
            case "ddim" -> new Ddim(eta == null ? 0 : eta, points, stepsOffset, clipped, true, false, false);
            case "ddpm" -> new Ddpm(variance, points, stepsOffset, clipped);
            case "euler" -> new Euler(grid, clipped, Churn.NONE, false);
            case "euler-ancestral" -> new EulerAncestral(grid, clipped, 1);
            case "heun" -> new Heun(grid, clipped, Churn.NONE);
            case "dpm++2m" -> DpmSolverPP.secondOrder(grid).withClip(clipped);
            case "unipc" -> UniPc.secondOrder(grid).withClip(clipped);
            default -> throw new IllegalStateException(name);
        };
    }

    /** {@link #sampler(Ddpm.Variance, Clip, int)} for a model of the usual properties: fixed_small, [-1, 1], no offset. */
    public Sampler sampler() {
        return sampler(Ddpm.Variance.FIXED_SMALL, Clip.UNIT, 0);
    }

    private static boolean visitsTimesteps(String name) {
        return name.equals("ddim") || name.equals("ddpm");
    }
}
