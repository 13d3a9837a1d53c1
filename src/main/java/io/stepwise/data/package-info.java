/**
 * Training images: data set specifications and readers (folder, zip, the built-in faces), augmentation, batches; and the
 * data sets on disk, which are uploaded, checked, listed and deleted. Files that strangers send are taken here, for whatever
 * they are.
 *
 * <p>May import of ours: {@code image}; {@code repository} for its durable files. Outside libraries: DJL, Jackson.
 */
@NullMarked
package io.stepwise.data;

import org.jspecify.annotations.NullMarked;
