package io.stepwise.training.spec;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.diffusion.LossWeighting;
import java.math.BigDecimal;

/**
 * {@link LossWeighting} in JSON: a bare name, or an object with {@code type} and the numbers that this type takes;
 * others are refused. The JSON name is the lower-case one.
 */
enum WeightingKind {
    PLAIN,
    /** {@code gamma} in (0,1000), default 5. */
    MIN_SNR,
    /** {@code k} in (0,1000), default 1; {@code gamma} 0 … 10, default 1. */
    P2,
    SNR;

    /** @throws InvalidSpecException if a number is out of its range */
    LossWeighting read(JsonFields fields) {
        return switch (this) {
            case PLAIN -> new LossWeighting.Plain();
            case SNR -> new LossWeighting.Snr();
            case MIN_SNR -> {
                double gamma = fields.number("gamma", 5);
                new FieldChecks().between("/gamma", gamma, 0, 1000).orThrow();
                yield new LossWeighting.MinSnr(gamma);
            }
            case P2 -> {
                double k = fields.number("k", 1);
                double gamma = fields.number("gamma", 1);
                new FieldChecks()
                        .between("/k", k, 0, 1000)
                        .range("/gamma", gamma, 0.0, 10.0)
                        .orThrow();
                yield new LossWeighting.P2(k, gamma);
            }
        };
    }

    static ObjectNode write(LossWeighting weighting) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        if (weighting instanceof LossWeighting.MinSnr minSnr) {
            return node.put("type", "min_snr").put("gamma", BigDecimal.valueOf(minSnr.gamma()));
        }
        if (weighting instanceof LossWeighting.P2 p2) {
            return node.put("type", "p2")
                    .put("gamma", BigDecimal.valueOf(p2.gamma()))
                    .put("k", BigDecimal.valueOf(p2.k()));
        }
        return node.put("type", weighting instanceof LossWeighting.Snr ? "snr" : "plain");
    }
}
