package io.stepwise.diffusion.sampler;

import static io.stepwise.diffusion.sampler.SamplerField.CHURN;
import static io.stepwise.diffusion.sampler.SamplerField.ETA;
import static io.stepwise.diffusion.sampler.SamplerField.S_MAX;
import static io.stepwise.diffusion.sampler.SamplerField.S_MIN;
import static io.stepwise.diffusion.sampler.SamplerField.S_NOISE;
import static io.stepwise.diffusion.sampler.SamplerOptions.or;

import io.stepwise.diffusion.Clip;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The samplers that a request can name, and all that depends on the name. DDIM and DDPM visit noise levels as the model's
 * author does, and clip in the same way; LCM clips alike and begins at the noisiest timestep. The others solve an ODE over noise levels; they don't clip, and by default they visit
 * {@link Spacing#LINSPACE} timesteps, as in diffusers. Networks without timesteps are sampled along the author's range of
 * sigma by all of them.
 */
public enum SamplerName {
    DDIM("ddim", ETA),
    DDPM("ddpm"),
    EULER("euler", CHURN, S_MIN, S_MAX, S_NOISE),
    EULER_ANCESTRAL("euler-ancestral", ETA, S_NOISE),
    HEUN("heun", CHURN, S_MIN, S_MAX, S_NOISE),
    DPMPP_2M("dpm++2m"),
    UNIPC("unipc"),
    LCM("lcm");

    /** The samplers that can paint a part of an image anew. */
    public static final Set<SamplerName> INPAINTING = Collections.unmodifiableSet(EnumSet.of(DDIM, DDPM));

    private final String wireName;
    private final Set<SamplerField> fields;

    SamplerName(String wireName, SamplerField... fields) {
        this.wireName = wireName;
        this.fields = Set.of(fields);
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

    /** Whether the sampler takes the field. */
    public boolean takes(SamplerField field) {
        return fields.contains(field);
    }

    /** The same options with eta, if the sampler takes it and it isn't given: 0 for ddim, 1 for euler-ancestral. */
    public SamplerOptions completed(SamplerOptions options) {
        boolean given = options.eta() != null;
        return given || !takes(ETA) ? options : options.withEta(this == EULER_ANCESTRAL ? 1 : 0);
    }

    /** Whether the sampler draws fresh noise at its steps if nothing else is chosen. */
    public boolean isRandom() {
        return this == DDPM || this == EULER_ANCESTRAL || this == LCM;
    }

    /** Whether the sampler can paint a part of an image anew. */
    public boolean inpaints() {
        return INPAINTING.contains(this);
    }

    /** How often a run of {@code steps} calls the network, at most. */
    public int networkCalls(int steps) {
        return this == HEUN ? 2 * steps - 1 : steps;
    }

    /**
     * The sampler.
     *
     * @param options with no field that the sampler doesn't {@linkplain #takes take}
     * @param defaults of the model
     * @throws IllegalArgumentException naming the value and what is allowed
     */
    public Sampler sampler(SamplerOptions options, SamplerDefaults defaults) {
        for (SamplerField field : SamplerField.values()) {
            Double given = field.of(options);
            if (given != null && !takes(field)) {
                throw new IllegalArgumentException(
                        field.wireName() + " " + given + " must be left out with sampler " + wireName);
            }
        }
        TimeGrid usual = defaults.grid();
        boolean asTheAuthor = this == DDIM || this == DDPM || usual.sigmas() != null;
        Spacing spacing = this == LCM ? Spacing.TRAILING : Spacing.LINSPACE;
        TimeGrid grid = options.grid(asTheAuthor ? usual : TimeGrid.of(spacing, usual.stepsOffset()));
        double eta = or(completed(options).eta(), 0);
        return switch (this) {
            case DDIM -> new Ddim(eta, grid, defaults.clip(), defaults.setAlphaToOne(), false, false);
            case DDPM -> new Ddpm(defaults.variance(), grid, defaults.clip());
            case EULER -> new Euler(grid, Clip.NONE, options.churned(), false);
            case EULER_ANCESTRAL -> new EulerAncestral(grid, Clip.NONE, eta, or(options.sNoise(), 1));
            case HEUN -> new Heun(grid, Clip.NONE, options.churned());
            case DPMPP_2M -> defaults.solver().along(grid);
            case UNIPC -> UniPc.secondOrder(grid);
            case LCM -> new Consistency(grid, defaults.clip());
        };
    }

    /**
     * How the sampler paints a part of an image anew: RePaint, with ddpm's noise all fresh.
     *
     * @param options as in {@link #sampler}; only eta is used
     * @param jumpLength steps per jump, 1 or more
     * @param jumpSamples how often each stretch is run, 1 or more
     * @throws IllegalArgumentException unless the sampler {@linkplain #inpaints inpaints}
     */
    public RePaint inpainting(SamplerOptions options, int jumpLength, int jumpSamples, SamplerDefaults defaults) {
        if (!inpaints()) {
            throw new IllegalArgumentException("sampler " + wireName + " must be one of " + INPAINTING);
        }
        double eta = this == DDPM ? 1 : or(options.eta(), 0);
        return new RePaint(eta, jumpLength, jumpSamples, defaults.clip(), defaults.grid());
    }
}
