/**
 * Durable files, locks, digests and strict JSON: what every folder of ours is written with.
 *
 * <p>May import of {@code repository}: nothing.
 */
@NullMarked
package io.stepwise.repository.files;

import org.jspecify.annotations.NullMarked;
