package io.stepwise.serving;

import io.stepwise.serving.request.UnknownModelException;
import io.stepwise.serving.request.VersionNotFoundException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What models there are, and what can be asked of them, without loading any. Reads the disk, so it is nothing for an
 * event loop. Safe for several threads.
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
     * What can be asked of a version.
     *
     * @param model null means the configured model
     * @param version null means the version that is served
     * @throws UnknownModelException when there is no such model
     * @throws VersionNotFoundException when the model has no such version
     * @throws IOException when the version's files can't be read, or no version can be served
     */
    ModelCard card(@Nullable String model, @Nullable Integer version) throws IOException;
}
