package io.stepwise.api.inference;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What clients of the Open Inference Protocol learn of the service and its state. */
final class InferenceStatus {
    private InferenceStatus() {}

    /** The service. */
    @Schema(
            name = "InferenceServer",
            description = "The service.",
            requiredProperties = {"name", "version", "extensions"})
    record Server(
            @Schema(examples = "stepwise") String name,
            @Schema(description = "The service's version.") String version,
            @Schema(description = "Extensions of the protocol: none.") List<String> extensions) {}

    /** Whether the service answers at all. */
    @Schema(name = "InferenceLive", description = "The service answers.", requiredProperties = "live")
    record Live(boolean live) {}

    /** Whether the service would make images now; {@code live} as the protocol's text has it, too. */
    @Schema(
            name = "InferenceReady",
            description = "Whether the service would make images now.",
            requiredProperties = {"live", "ready"})
    record Ready(boolean live, boolean ready) {}

    /** Whether a model would make images now. */
    @Schema(
            name = "InferenceModelReady",
            description = "Whether the model would make images now.",
            requiredProperties = {"name", "ready"})
    record ModelReady(@Schema(examples = "faces") String name, boolean ready) {}
}
