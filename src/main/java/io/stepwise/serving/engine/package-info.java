/**
 * The scheduler, and the engines that run its batches: which rows take the next step, how many, and how long that takes.
 *
 * <p>May import of {@code serving}: {@code request}.
 */
@NullMarked
package io.stepwise.serving.engine;

import org.jspecify.annotations.NullMarked;
