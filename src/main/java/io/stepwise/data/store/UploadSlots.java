package io.stepwise.data.store;

import io.stepwise.upload.UploadsBusyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The uploads in progress in this process: one for each name, and a limited number at once. The same upload may be in
 * progress twice, when its client has given up the first before the service knows. Threadsafe.
 */
final class UploadSlots {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(30);

    private final int most;
    private final List<Taken> taken = new ArrayList<>();

    private record Taken(String name, @Nullable String key) {
        boolean isInTheWayOf(Taken other) {
            return name.equals(other.name) && (key == null || !key.equals(other.key));
        }
    }

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
     * @param key the same for the same upload; null for one like no other
     * @throws DatasetExistsException when an upload has it
     * @throws UploadsBusyException when there are too many
     */
    synchronized Slot take(String name, @Nullable String key) {
        Taken upload = new Taken(name, key);
        if (taken.stream().anyMatch(other -> other.isInTheWayOf(upload))) {
            throw new DatasetExistsException("a data set " + name + " is being uploaded already");
        }
        if (taken.size() >= most) {
            throw new UploadsBusyException(
                    most + (most == 1 ? " upload is" : " uploads are") + " going on already, at most " + most
                            + " may at once",
                    RETRY_AFTER);
        }
        taken.add(upload);
        return () -> giveBack(upload);
    }

    private synchronized void giveBack(Taken upload) {
        taken.remove(upload);
    }
}
