package io.stepwise.serving;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The samplers a request can ask for, under the names clients use. */
public enum SamplerName {
    DDIM("ddim"),
    DDPM("ddpm"),
    EULER("euler", Spacing.KARRAS),
    EULER_ANCESTRAL("euler-ancestral", Spacing.KARRAS),
    HEUN("heun", Spacing.KARRAS),
    DPMPP_2M("dpm++2m", Spacing.KARRAS),
    UNIPC("unipc", Spacing.KARRAS);

    private final String wireName;
    private final Set<Spacing> spacings = EnumSet.of(Spacing.LEADING, Spacing.TRAILING, Spacing.LINSPACE);

    SamplerName(String wireName, Spacing... more) {
        this.wireName = wireName;
        spacings.addAll(List.of(more));
    }

    /** The name in requests and answers, such as {@code dpm++2m}. */
    public String wireName() {
        return wireName;
    }

    /** The spacings of timesteps this sampler takes. */
    public Set<Spacing> spacings() {
        return EnumSet.copyOf(spacings);
    }

    /** Whether the sampler has DDIM's η, the share of fresh noise per step. */
    public boolean takesEta() {
        return this == DDIM;
    }

    /** The sampler of that wire name; empty when there is none. */
    public static Optional<SamplerName> of(String wireName) {
        return Arrays.stream(values())
                .filter(sampler -> sampler.wireName.equals(wireName))
                .findFirst();
    }
}
