package io.stepwise.serving;

import io.stepwise.serving.request.UnknownModelException;
import io.stepwise.serving.request.VersionNotFoundException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The models and their properties, read from disk without loading any model. It blocks, so never call it on an event
 * loop. Thread-safe.
 */
public interface ModelDirectory {
    /** Names of the models, sorted. */
    List<String> names() throws IOException;

    /**
     * Numbers of the versions of a model, ascending.
     *
     * @throws UnknownModelException when there is no such model
     */
    List<Integer> versions(String model) throws IOException;

    /**
     * The properties of a version.
     *
     * @param model null means the default model
     * @param version null means the served version
     * @throws UnknownModelException when there is no such model
     * @throws VersionNotFoundException when the model has no such version
     * @throws IOException when the version's files cannot be read, or no version can be served
     */
    ModelCard card(@Nullable String model, @Nullable Integer version) throws IOException;
}
