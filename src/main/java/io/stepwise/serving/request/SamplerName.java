package io.stepwise.serving.request;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** The samplers a request can ask for, under the names clients use. */
public enum SamplerName {
    DDIM("ddim", false),
    DDPM("ddpm", false),
    EULER("euler", true),
    EULER_ANCESTRAL("euler-ancestral", true),
    HEUN("heun", true),
    DPMPP_2M("dpm++2m", true),
    UNIPC("unipc", true);

    /** Those that can paint a part of an image anew. */
    public static final Set<SamplerName> INPAINTING = Collections.unmodifiableSet(EnumSet.of(DDIM, DDPM));

    private final String wireName;
    private final boolean takesKarras;

    SamplerName(String wireName, boolean takesKarras) {
        this.wireName = wireName;
        this.takesKarras = takesKarras;
    }

    /** The name in requests and answers, such as {@code dpm++2m}. */
    public String wireName() {
        return wireName;
    }

    /** The spacings of timesteps this sampler takes. */
    public Set<Spacing> spacings() {
        return takesKarras ? EnumSet.allOf(Spacing.class) : EnumSet.complementOf(EnumSet.of(Spacing.KARRAS));
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

    /** The sampler of that wire name; empty when there is none. */
    public static Optional<SamplerName> of(String wireName) {
        return Arrays.stream(values())
                .filter(sampler -> sampler.wireName.equals(wireName))
                .findFirst();
    }
}
