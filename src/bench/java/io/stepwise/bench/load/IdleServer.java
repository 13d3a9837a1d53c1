package io.stepwise.bench.load;

import java.io.IOException;
import java.net.URI;

/** The product's HTTP service with engines that compute nothing, in a process of its own. Closing it ends the process. */
public interface IdleServer extends AutoCloseable {
    /** Where it listens. */
    URI address();

    @Override
    void close() throws IOException, InterruptedException;

    /** Starts one; the benchmark does not know how the product is started. */
    interface Opener {
        /** A server that is ready. */
        IdleServer open() throws IOException, InterruptedException;
    }
}
