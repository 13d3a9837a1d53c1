/**
 * HTTP that all resources share: JSON bodies, fields, negotiation, caching, idempotency keys, server-sent events.
 *
 * <p>May import of {@code api}: {@code problem}, {@code access}.
 */
@NullMarked
package io.stepwise.api.http;

import org.jspecify.annotations.NullMarked;
