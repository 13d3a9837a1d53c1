/**
 * How far generated images are from real ones, in numbers: sliced Wasserstein distance of patches, colour distances, and distances between sets of feature vectors.
 *
 * <p>May import of ours: {@code image}. Outside libraries: none.
 */
@NullMarked
package io.stepwise.training.quality;

import org.jspecify.annotations.NullMarked;
