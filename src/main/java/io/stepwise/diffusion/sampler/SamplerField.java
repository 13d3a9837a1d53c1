package io.stepwise.diffusion.sampler;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A field of {@link SamplerOptions} that only some samplers take. */
public enum SamplerField {
    ETA("eta", SamplerOptions::eta),
    CHURN("churn", SamplerOptions::churn),
    S_MIN("s_min", SamplerOptions::sMin),
    S_MAX("s_max", SamplerOptions::sMax),
    S_NOISE("s_noise", SamplerOptions::sNoise);

    private final String wireName;
    private final Function<SamplerOptions, @Nullable Double> value;

    SamplerField(String wireName, Function<SamplerOptions, @Nullable Double> value) {
        this.wireName = wireName;
        this.value = value;
    }

    /** The name in requests and answers. */
    public String wireName() {
        return wireName;
    }

    /** The value; null if it isn't given. */
    public @Nullable Double of(SamplerOptions options) {
        return value.apply(options);
    }
}
