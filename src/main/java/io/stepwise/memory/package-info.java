/**
 * The memory of the heap that clients may fill: one budget for the bodies, pictures and uploads of all requests.
 *
 * <p>May import of ours: nothing.
 */
@NullMarked
package io.stepwise.memory;

import org.jspecify.annotations.NullMarked;
