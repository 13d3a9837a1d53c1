package io.stepwise.data.store;

import java.util.List;

/** Tells which users a data set has. A data set in use must not be deleted. */
@FunctionalInterface
public interface DatasetUse {
    DatasetUse NOBODY = dataset -> List.of();

    /**
     * Returns the users of the data set, for example the ids of the training jobs that are queued for it, run on it or
     * are paused. Empty if the data set is not in use. Threadsafe.
     */
    List<String> usersOf(String dataset);
}
