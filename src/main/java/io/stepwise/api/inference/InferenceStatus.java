package io.stepwise.api.inference;

import java.util.List;

/** What clients of the Open Inference Protocol learn of the service and its state. */
final class InferenceStatus {
    private InferenceStatus() {}

    /** The service. */
    record Server(String name, String version, List<String> extensions) {}

    /** Whether the service answers at all. */
    record Live(boolean live) {}

    /** Whether the service would make images now; {@code live} as the protocol's text has it, too. */
    record Ready(boolean live, boolean ready) {}

    /** Whether a model would make images now. */
    record ModelReady(String name, boolean ready) {}
}
