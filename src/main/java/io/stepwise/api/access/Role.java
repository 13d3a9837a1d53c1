package io.stepwise.api.access;

import java.util.Locale;

/**
 * What an API key permits. Every resource method names its role in {@code @RolesAllowed}, or has {@code @Authenticated}
 * (any key is enough) or {@code @PermitAll} (no key is needed).
 */
public enum Role {
    /** May generate images. */
    GENERATE,
    /** May run training jobs and manage data sets. */
    TRAIN,
    /** May choose the served versions, import and delete models, and do everything that the other roles may do. */
    ADMIN;

    /** The name in the configuration and in annotations: {@code generate}, {@code train} or {@code admin}. */
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
