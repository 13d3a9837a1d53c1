package io.stepwise.bench.load;

/**
 * One load of a sweep.
 *
 * @param load work of the trace divided by the work that the bare network could do in the same time, as known when the
 *     trace was drawn; more than 0
 * @param trace the requests
 */
record LoadLevel(double load, Trace trace) {
    LoadLevel {
        if (!(load > 0)) {
            throw new IllegalArgumentException("load " + load + " must be more than 0");
        }
    }
}
