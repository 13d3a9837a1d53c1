package io.stepwise.upload;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Files that arrive one after the other, such as those of an archive that is being uploaded. Nothing is read before the
 * first call of {@link #next}. One thread at a time.
 */
public interface IncomingFiles {
    /**
     * A file on its way.
     *
     * @param name its path as the sender writes it; ends with {@code /} for a folder
     * @param content can be read until the next file is asked for; what is left of it then is passed over
     */
    record File(String name, InputStream content) {}

    /**
     * The next file, or null after the last. Only null means that everything was there and well-formed.
     *
     * @throws InvalidUploadException when what arrives is malformed, or looks made to do harm
     * @throws BrokenOffException when the sender stops before the end
     */
    @Nullable
    File next() throws IOException;
}
