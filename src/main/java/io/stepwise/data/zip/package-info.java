/**
 * Zip archives read front to back, while they arrive.
 *
 * <p>May import of ours: {@code data}. Outside libraries: the JDK only.
 */
@NullMarked
package io.stepwise.data.zip;

import org.jspecify.annotations.NullMarked;
