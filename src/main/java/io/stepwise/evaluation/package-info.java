/**
 * Distances between sets of images: sliced Wasserstein, kernel and Fréchet distances, precision and recall.
 *
 * <p>May import of ours: {@code image}. Outside libraries: EJML.
 */
@NullMarked
package io.stepwise.evaluation;

import org.jspecify.annotations.NullMarked;
