package io.stepwise.app.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a sampler beside its name, as in {@code POST /generate}. */
final class SamplerOptionsMixin {
    @Option(
            names = "--eta",
            paramLabel = "X",
            description = "Share of fresh noise, 0 … 1; only for ddim (0) and euler-ancestral (1).")
    private @Nullable Double eta;

    @Option(
            names = "--spacing",
            paramLabel = "NAME",
            description = "Of the noise levels: leading, trailing, linspace, karras or exponential.")
    private @Nullable String spacing;

    @Option(names = "--rho", paramLabel = "X", description = "Exponent of the spacing karras; by default 7.")
    private @Nullable Double rho;

    @Option(
            names = "--sigma-min",
            paramLabel = "X",
            description = "Least noise level; only for karras and exponential.")
    private @Nullable Double sigmaMin;

    @Option(
            names = "--sigma-max",
            paramLabel = "X",
            description = "First noise level; only for karras and exponential.")
    private @Nullable Double sigmaMax;

    @Option(names = "--churn", paramLabel = "X", description = "S_churn of Karras et al.; only for euler and heun.")
    private @Nullable Double churn;

    @Option(names = "--s-min", paramLabel = "X", description = "Least noise level with churn.")
    private @Nullable Double sMin;

    @Option(names = "--s-max", paramLabel = "X", description = "Greatest noise level with churn.")
    private @Nullable Double sMax;

    @Option(
            names = "--s-noise",
            paramLabel = "X",
            description = "Factor of fresh noise; only for euler-ancestral, and with churn.")
    private @Nullable Double sNoise;

    /** Puts the fields that were given, and null for the others. */
    void putInto(ObjectNode request) {
        request.put("eta", eta)
                .put("spacing", spacing)
                .put("rho", rho)
                .put("sigma_min", sigmaMin)
                .put("sigma_max", sigmaMax)
                .put("churn", churn)
                .put("s_min", sMin)
                .put("s_max", sMax)
                .put("s_noise", sNoise);
    }
}
