package io.stepwise.data;

/** What an upload does with pictures that can't be read. */
public enum OnBroken {
    /** It is refused. */
    FAIL,
    /** They are left out and reported. */
    SKIP
}
