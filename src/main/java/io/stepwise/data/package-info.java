/**
 * Training images: reading, labels, augmentation and batches.
 *
 * <p>May import of ours: {@code image}, {@code repository} (durable files). Outside libraries: DJL, Jackson.
 */
@NullMarked
package io.stepwise.data;

import org.jspecify.annotations.NullMarked;
