package io.stepwise.diffusion.sampler;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The samplers that a request can name, and all that depends on the name. DDIM and DDPM visit timesteps of the noise
 * schedule, spaced and clipped by default as the model's author does. The others solve an ODE over noise levels; they
 * don't clip, and their default spacing is {@link Spacing#LINSPACE}, as in diffusers.
 */
public enum SamplerName {
    DDIM("ddim"),
    DDPM("ddpm"),
    EULER("euler"),
    EULER_ANCESTRAL("euler-ancestral"),
    HEUN("heun"),
    DPMPP_2M("dpm++2m"),
    UNIPC("unipc");

    /** The samplers that can paint a part of an image anew. */
    public static final Set<SamplerName> INPAINTING = Collections.unmodifiableSet(EnumSet.of(DDIM, DDPM));

    private final String wireName;

    SamplerName(String wireName) {
        this.wireName = wireName;
    }

    /** The sampler of that wire name; empty when there is none. */
    public static Optional<SamplerName> of(String wireName) {
        return Arrays.stream(values())
                .filter(sampler -> sampler.wireName.equals(wireName))
                .findFirst();
    }

    /** The name in requests and answers, such as {@code dpm++2m}. */
    public String wireName() {
        return wireName;
    }

    /** Whether the sampler has DDIM's η, the share of fresh noise per step. */
    public boolean takesEta() {
        return this == DDIM;
    }

    /** Whether the sampler draws fresh noise at its steps, also where η is 0. */
    public boolean isRandom() {
        return this == DDPM || this == EULER_ANCESTRAL;
    }

    /** Whether the sampler can paint a part of an image anew. */
    public boolean inpaints() {
        return INPAINTING.contains(this);
    }

    /** The spacings that the sampler takes. */
    public Set<Spacing> spacings() {
        return visitsTimesteps() ? EnumSet.complementOf(EnumSet.of(Spacing.KARRAS)) : EnumSet.allOf(Spacing.class);
    }

    /** How often a run of {@code steps} calls the network, at most. */
    public int networkCalls(int steps) {
        return this == HEUN ? 2 * steps - 1 : steps;
    }

    /**
     * The sampler.
     *
     * @param eta 0 … 1, and 0 unless the sampler {@linkplain #takesEta takes it}
     * @param spacing one of {@link #spacings}; null for the default
     * @param defaults of the model
     * @throws IllegalArgumentException naming the value and what is allowed
     */
    public Sampler sampler(double eta, @Nullable Spacing spacing, SamplerDefaults defaults) {
        if (eta != 0 && !takesEta()) {
            throw new IllegalArgumentException("eta " + eta + " must be 0 with sampler " + wireName);
        }
        if (spacing != null && !spacings().contains(spacing)) {
            throw new IllegalArgumentException(
                    "spacing " + spacing + " must be one of " + spacings() + " with sampler " + wireName);
        }
        TimeGrid grid = grid(spacing, defaults.grid());
        return switch (this) {
            case DDIM -> new Ddim(eta, grid, defaults.clip(), defaults.setAlphaToOne(), false, false);
            case DDPM -> new Ddpm(defaults.variance(), grid, defaults.clip());
            case EULER -> Euler.of(grid);
            case EULER_ANCESTRAL -> EulerAncestral.of(grid);
            case HEUN -> Heun.of(grid);
            case DPMPP_2M -> defaults.solver().along(grid);
            case UNIPC -> UniPc.secondOrder(grid);
        };
    }

    private TimeGrid grid(@Nullable Spacing spacing, TimeGrid usual) {
        if (spacing == null) {
            boolean own = visitsTimesteps() || usual.sigmas() != null;
            return own ? usual : TimeGrid.of(Spacing.LINSPACE, usual.stepsOffset());
        }
        return spacing == Spacing.KARRAS
                ? TimeGrid.of(Spacing.LINSPACE, usual.stepsOffset()).with(Sigmas.KARRAS)
                : TimeGrid.of(spacing, usual.stepsOffset());
    }

    /**
     * How the sampler paints a part of an image anew: RePaint, with ddpm's noise all fresh.
     *
     * @param eta as in {@link #sampler}
     * @param jumpLength steps per jump, 1 or more
     * @param jumpSamples how often each stretch is run, 1 or more
     * @throws IllegalArgumentException unless the sampler {@linkplain #inpaints inpaints}
     */
    public RePaint inpainting(double eta, int jumpLength, int jumpSamples, SamplerDefaults defaults) {
        if (!inpaints()) {
            throw new IllegalArgumentException("sampler " + wireName + " must be one of " + INPAINTING);
        }
        return new RePaint(this == DDPM ? 1 : eta, jumpLength, jumpSamples, defaults.clip(), defaults.grid());
    }

    private boolean visitsTimesteps() {
        return this == DDIM || this == DDPM;
    }
}
