/**
 * The memory of the heap that clients may fill: one budget for the bodies, pictures and uploads of all requests; and how
 * much memory the machine or the container has left.
 *
 * <p>May import of ours: nothing.
 */
@NullMarked
package io.stepwise.memory;

import org.jspecify.annotations.NullMarked;
