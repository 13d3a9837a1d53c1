package io.stepwise.api.access;

import java.util.Locale;

/**
 * What an API key may be used for. Every resource method names its role in {@code @RolesAllowed}, or says
 * {@code @Authenticated} (any key will do) or {@code @PermitAll} (no key is asked for).
 */
public enum Role {
    /** To make images. */
    GENERATE,
    /** To run training jobs and keep data sets. */
    TRAIN,
    /** To choose which versions are served, to import and delete models, and to do everything else. */
    ADMIN;

    /** The name in the configuration and in annotations: {@code generate}, {@code train} or {@code admin}. */
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
