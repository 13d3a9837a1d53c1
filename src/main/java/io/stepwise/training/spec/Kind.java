package io.stepwise.training.spec;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** A kind of generator; the JSON name is the lower-case one. */
public enum Kind {
    DIFFUSION,
    /** A DCGAN. */
    GAN,
    VAE;

    /** The field of a specification that describes the network, as a pointer. */
    public String networkField() {
        return this == DIFFUSION ? "/unet" : "/" + wireName();
    }

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
