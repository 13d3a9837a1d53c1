/**
 * {@code /schedules} and {@code /noise}: what noise schedules are and do.
 *
 * <p>May import of {@code api}: {@code http}, {@code problem}, {@code generate} for pictures in requests.
 */
@NullMarked
package io.stepwise.api.schedules;

import org.jspecify.annotations.NullMarked;
