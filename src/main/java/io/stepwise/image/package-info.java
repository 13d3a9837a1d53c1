/**
 * Pixels and pictures: reading and writing PNG and JPEG, contact sheets, plots.
 *
 * <p>May import of ours: {@code memory}. Outside libraries: the TwelveMonkeys plug-ins of ImageIO, JFreeChart, Batik.
 */
@NullMarked
package io.stepwise.image;

import org.jspecify.annotations.NullMarked;
