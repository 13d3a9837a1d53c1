package io.stepwise.training.spec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import io.stepwise.diffusion.LossWeighting;
import io.stepwise.schema.FieldChecks;
import java.io.IOException;

/** Reads and writes {@link LossWeighting} as JSON: an object with {@code type} and the numbers that the type needs. */
final class LossWeightingJson {
    private LossWeightingJson() {}

    static String type(LossWeighting weighting) {
        if (weighting instanceof LossWeighting.MinSnr) {
            return "min_snr";
        }
        if (weighting instanceof LossWeighting.P2) {
            return "p2";
        }
        return weighting instanceof LossWeighting.Snr ? "snr" : "plain";
    }

    /** Reads JSON that is valid under the contract's {@code LossWeighting}. */
    static final class Reader extends JsonDeserializer<LossWeighting> {
        @Override
        public LossWeighting deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            JsonNode json = context.readTree(parser);
            String type = json.path("type").asText();
            FieldChecks checks =
                    new FieldChecks().that("/k", json.path("k"), type.equals("p2") || !json.has("k"), only("p2"));
            double gamma = json.path("gamma").asDouble(type.equals("min_snr") ? 5 : 1);
            switch (type) {
                case "min_snr" -> checks.that("/gamma", gamma, gamma > 0, "more than 0 and less than 1000");
                case "p2" -> checks.that("/gamma", gamma, gamma <= 10, "a number, 0 … 10");
                default -> checks.that("/gamma", gamma, !json.has("gamma"), only("min_snr and p2"));
            }
            checks.orThrow();
            return switch (type) {
                case "min_snr" -> new LossWeighting.MinSnr(gamma);
                case "p2" -> new LossWeighting.P2(json.path("k").asDouble(1), gamma);
                case "snr" -> new LossWeighting.Snr();
                default -> new LossWeighting.Plain();
            };
        }

        private static String only(String types) {
            return "left out for this type: it is of " + types;
        }
    }

    /** Writes the JSON that {@link Reader} reads. */
    static final class Writer extends JsonSerializer<LossWeighting> {
        @Override
        public void serialize(LossWeighting weighting, JsonGenerator json, SerializerProvider provider)
                throws IOException {
            json.writeStartObject();
            json.writeStringField("type", type(weighting));
            if (weighting instanceof LossWeighting.MinSnr minSnr) {
                provider.defaultSerializeField("gamma", minSnr.gamma(), json);
            } else if (weighting instanceof LossWeighting.P2 p2) {
                provider.defaultSerializeField("gamma", p2.gamma(), json);
                provider.defaultSerializeField("k", p2.k(), json);
            }
            json.writeEndObject();
        }
    }
}
