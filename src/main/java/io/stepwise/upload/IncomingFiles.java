package io.stepwise.upload;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Files that are read one after the other, such as those of an upload. Nothing is read before the first call of
 * {@link #next}. For one thread at a time.
 */
public interface IncomingFiles {
    /**
     * A file.
     *
     * @param name its path as the sender writes it; ends with {@code /} for a folder
     * @param content can be read until the next file is asked for; what is left of it then is passed over
     */
    record File(String name, InputStream content) {}

    /**
     * The next file, or null after the last. Null means that the upload was complete and well-formed.
     *
     * @throws InvalidUploadException when what arrives is malformed, or looks made to do harm
     * @throws BrokenOffException when the client stops sending before the end
     */
    @Nullable
    File next() throws IOException;
}
