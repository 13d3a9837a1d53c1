/**
 * The data sets on disk: upload, validation, listing, preview, deletion.
 *
 * <p>May import of ours: {@code data}, {@code data.faces}, {@code image}, {@code memory}, {@code repository}, {@code repository.files},
 * {@code schema}, {@code upload}. Outside libraries: Jackson.
 */
@NullMarked
package io.stepwise.data.store;

import org.jspecify.annotations.NullMarked;
