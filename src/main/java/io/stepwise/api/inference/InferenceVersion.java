package io.stepwise.api.inference;

import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import io.stepwise.schema.FieldError;

/** Versions in paths of the Open Inference Protocol, where a version may be any text. */
final class InferenceVersion {
    private InferenceVersion() {}

    /** @throws ProblemException if the text cannot be a version of a model of this service */
    static int parse(String model, String version) {
        if (!version.matches("[1-9][0-9]{0,8}")) {
            throw new ProblemException(
                    ProblemType.VERSION_NOT_FOUND,
                    "version of model \"" + model + "\" is \"" + FieldError.shown(version)
                            + "\", must be a number, at least 1");
        }
        return Integer.parseInt(version);
    }
}
