/**
 * Versions in memory: loading, leases, hot reload, the memory budget, and what a version makes of a request.
 *
 * <p>May import of {@code serving}: {@code request}, {@code engine}; of the rest of ours what the root may, and {@code
 * evaluation}.
 */
@NullMarked
package io.stepwise.serving.versions;

import org.jspecify.annotations.NullMarked;
