/**
 * Training images: reading, labels, augmentation and batches.
 *
 * <p>May import of ours: {@code image}, {@code upload}, {@code schema}. Outside libraries: FastCSV.
 */
@NullMarked
package io.stepwise.data;

import org.jspecify.annotations.NullMarked;
