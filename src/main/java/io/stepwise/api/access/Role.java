package io.stepwise.api.access;

/** What a key may be used for; the configuration's name is the lower-case one. */
public enum Role {
    /** To make images. */
    GENERATE,
    /** To lead training jobs and keep data sets. */
    TRAIN,
    /** To say which versions are served, bring in and delete models, and everything else. */
    ADMIN
}
