/**
 * {@code /models}: models and their versions; which version serves, import, export, deletion.
 *
 * <p>May import of {@code api}: {@code http}, {@code problem}.
 */
@NullMarked
package io.stepwise.api.models;

import org.jspecify.annotations.NullMarked;
