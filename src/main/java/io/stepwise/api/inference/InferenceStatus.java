package io.stepwise.api.inference;

import java.util.List;

/** The service and its state in the Open Inference Protocol. */
final class InferenceStatus {
    private InferenceStatus() {}

    /** The service. */
    record Server(String name, String version, List<String> extensions) {}

    /** Whether the service answers. */
    record Live(boolean live) {}

    /** Whether the service is ready to make images. {@code live} is there because the protocol's text has it. */
    record Ready(boolean live, boolean ready) {}

    /** Whether a model is ready to make images. */
    record ModelReady(String name, boolean ready) {}
}
