/**
 * The built-in data set: cartoon faces, painted from a seed.
 *
 * <p>May import of {@code data}: its root.
 */
@NullMarked
package io.stepwise.data.faces;

import org.jspecify.annotations.NullMarked;
