/**
 * The samplers, one class each, written by name as in their papers; and the layouts of their timesteps.
 *
 * <p>May import of ours: {@code diffusion}. Outside libraries: none.
 */
@NullMarked
package io.stepwise.diffusion.sampler;

import org.jspecify.annotations.NullMarked;
