package io.stepwise.bench.load;

/**
 * One load of a sweep.
 *
 * @param load the trace's work over what the bare network could do meanwhile, when the trace was drawn; more than 0
 * @param trace what arrives
 */
record LoadLevel(double load, Trace trace) {
    LoadLevel {
        if (!(load > 0)) {
            throw new IllegalArgumentException("load " + load + " must be more than 0");
        }
    }
}
