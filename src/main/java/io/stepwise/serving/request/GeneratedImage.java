package io.stepwise.serving.request;

import io.stepwise.image.Pixels;
import org.jspecify.annotations.Nullable;

/**
 * One image of a {@link Generation}.
 *
 * @param index the request's first index plus the place in the request, from 0
 * @param seed the request's seed, unsigned; the noise is that of (seed, index)
 * @param label name of the requested class; null for none
 * @param pixels the image itself
 */
public record GeneratedImage(int index, long seed, @Nullable String label, Pixels pixels) {}
