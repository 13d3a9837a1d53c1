package io.stepwise.app.command;

import io.stepwise.app.config.StepwiseConfig;
import io.stepwise.serving.request.Generator;
import java.io.IOException;

/** An engine for one command, in this process. Closing it frees the device. */
interface LocalGenerator extends AutoCloseable {
    /** Makes images until this engine is closed. */
    Generator generator();

    @Override
    void close();

    interface Opener {
        /** Starts an engine and waits until it is ready. */
        LocalGenerator open(StepwiseConfig config) throws IOException;
    }
}
