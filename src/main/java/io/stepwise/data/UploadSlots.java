package io.stepwise.data;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** Who is uploading what in this process: one upload per name, a few at once. Threadsafe. */
final class UploadSlots {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(30);

    private final int most;
    private final Set<String> taken = new HashSet<>();

    UploadSlots(int most) {
        this.most = most;
    }

    /** A name for one upload; closing it gives it back. */
    interface Slot extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Takes a name.
     *
     * @throws DatasetExistsException when an upload has it
     * @throws DatasetsBusyException when there are too many
     */
    synchronized Slot take(String name) {
        if (taken.contains(name)) {
            throw new DatasetExistsException("a data set " + name + " is being uploaded already");
        }
        if (taken.size() >= most) {
            throw new DatasetsBusyException(
                    most + (most == 1 ? " upload is" : " uploads are") + " going on already, at most " + most
                            + " may at once",
                    RETRY_AFTER);
        }
        taken.add(name);
        return () -> giveBack(name);
    }

    private synchronized void giveBack(String name) {
        taken.remove(name);
    }
}
