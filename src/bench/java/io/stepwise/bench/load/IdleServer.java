package io.stepwise.bench.load;

import java.io.IOException;
import java.net.URI;

/** The product's HTTP service in a separate process, with engines that compute nothing. Closing it ends the process. */
public interface IdleServer extends AutoCloseable {
    /** The address of the server. */
    URI address();

    @Override
    void close() throws IOException, InterruptedException;

    /** Starts a server; the benchmark does not depend on the way in which the product is started. */
    interface Opener {
        /** Starts a server and returns when it is ready. */
        IdleServer open() throws IOException, InterruptedException;
    }
}
