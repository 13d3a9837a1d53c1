/**
 * Programs for libtorch written by Java: text in, a callable out.
 *
 * <p>May import of ours: nothing. Outside libraries: DJL.
 */
@NullMarked
package io.stepwise.torchscript;

import org.jspecify.annotations.NullMarked;
