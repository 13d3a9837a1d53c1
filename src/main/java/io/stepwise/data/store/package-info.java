/**
 * The data sets on disk: upload, validation, listing, preview, deletion.
 *
 * <p>May import of {@code data}: its root, {@code faces}, {@code zip}.
 */
@NullMarked
package io.stepwise.data.store;

import org.jspecify.annotations.NullMarked;
