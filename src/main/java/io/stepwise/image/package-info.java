/**
 * Pixels and what people look at: PNG and JPEG in and out, contact sheets, plots.
 *
 * <p>May import of ours: nothing. Outside libraries: the TwelveMonkeys plug-ins of ImageIO, JFreeChart, Batik.
 */
@NullMarked
package io.stepwise.image;

import org.jspecify.annotations.NullMarked;
