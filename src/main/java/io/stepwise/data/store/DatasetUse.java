package io.stepwise.data.store;

import java.util.List;

/** Knows who works with a data set, which must not be deleted then. */
@FunctionalInterface
public interface DatasetUse {
    /** Nobody works with any. */
    DatasetUse NOBODY = dataset -> List.of();

    /**
     * Who needs the data set, such as the ids of the training jobs that wait for it, run on it or are paused; empty for
     * nobody. May be asked by any thread.
     */
    List<String> usersOf(String dataset);
}
