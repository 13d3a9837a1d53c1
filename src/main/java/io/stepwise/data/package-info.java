/**
 * Training images: data set specifications and readers (folder, zip, the built-in faces), augmentation, batches.
 *
 * <p>May import of ours: {@code image}. Outside libraries: DJL.
 */
@NullMarked
package io.stepwise.data;

import org.jspecify.annotations.NullMarked;
