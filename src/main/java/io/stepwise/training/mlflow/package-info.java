/**
 * Copies what a run tells to an MLflow server.
 *
 * <p>May import of {@code training}: {@code run}, {@code spec}. Outside libraries: MLflow's client, Jackson.
 */
@NullMarked
package io.stepwise.training.mlflow;

import org.jspecify.annotations.NullMarked;
