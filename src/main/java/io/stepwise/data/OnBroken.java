package io.stepwise.data;

/** How to handle pictures that cannot be read. */
public enum OnBroken {
    /** Reading a broken picture throws; pictures are not checked in advance. */
    FAIL,
    /** All pictures are read once when the data set is opened; broken pictures are left out and reported. */
    SKIP
}
