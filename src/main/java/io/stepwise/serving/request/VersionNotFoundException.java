package io.stepwise.serving.request;

import java.util.Collection;
import java.util.TreeSet;

/** The model has no such version. */
public final class VersionNotFoundException extends GenerationException {
    /**
     * @param model name of the model, which exists
     * @param version the version asked for
     * @param versions the versions there are
     */
    public VersionNotFoundException(String model, int version, Collection<Integer> versions) {
        super("version of model \"" + model + "\" is " + version + ", must be one of " + new TreeSet<>(versions));
    }
}
