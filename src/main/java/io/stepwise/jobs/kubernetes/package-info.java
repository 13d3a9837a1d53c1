/**
 * Training jobs as Jobs of Kubernetes.
 *
 * <p>May import of ours: {@code jobs}, {@code training.spec}, {@code training.run}. Outside libraries: fabric8's
 * Kubernetes client, Jackson, JBoss Logging.
 */
@NullMarked
package io.stepwise.jobs.kubernetes;

import org.jspecify.annotations.NullMarked;
