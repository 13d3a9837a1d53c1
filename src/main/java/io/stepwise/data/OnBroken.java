package io.stepwise.data;

/** What happens with pictures that cannot be read. */
public enum OnBroken {
    /** Reading one throws; nothing is looked at ahead. */
    FAIL,
    /** All pictures are read once on opening, and broken ones are left out and reported. */
    SKIP
}
