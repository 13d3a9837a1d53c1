package io.stepwise.serving.request;

/** A version that exists can't be loaded. */
public final class VersionRefusedException extends GenerationException {
    /**
     * @param model name of the model
     * @param version the version that was tried
     * @param reason why, in words for people
     */
    public VersionRefusedException(String model, int version, String reason) {
        super("version " + version + " of model \"" + model + "\" can't be loaded: " + reason);
    }
}
