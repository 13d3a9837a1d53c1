package io.stepwise.serving.request;

import java.util.Collection;
import java.util.TreeSet;

/** The repository holds no model of that name. */
public final class UnknownModelException extends GenerationException {
    /**
     * @param model the name asked for
     * @param models the names there are
     */
    public UnknownModelException(String model, Collection<String> models) {
        super("model is \"" + model + "\", must be one of " + new TreeSet<>(models));
    }
}
