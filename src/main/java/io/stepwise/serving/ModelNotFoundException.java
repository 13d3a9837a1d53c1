package io.stepwise.serving;

import java.util.Collection;
import java.util.TreeSet;

/** The repository holds no model of that name. */
public final class ModelNotFoundException extends GenerationException {
    private static final long serialVersionUID = 1L;

    /**
     * @param model the name asked for
     * @param models the names there are
     */
    public ModelNotFoundException(String model, Collection<String> models) {
        super("model is \"" + model + "\", must be one of " + new TreeSet<>(models));
    }
}
