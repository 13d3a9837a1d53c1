package io.stepwise.data.store;

import io.stepwise.upload.UploadsBusyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The uploads in progress in this process: at most one per name, and a limited number in total. The same upload may be
 * in progress twice, if its client gave up the first before the service noticed. Threadsafe.
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

    /** A name that is reserved for one upload; closing it releases the name. */
    interface Slot extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * @param key equal for repeats of the same upload; null for an upload that is never repeated
     * @throws DatasetExistsException if another upload has reserved the name
     * @throws UploadsBusyException if too many uploads are in progress
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
