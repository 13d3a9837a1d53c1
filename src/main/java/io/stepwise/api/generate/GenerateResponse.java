package io.stepwise.api.generate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON answer of {@code POST /generate}. */
record GenerateResponse(
        String id,
        String created,
        String model,
        int version,
        @JsonProperty("checkpoint_sha256") String checkpointSha256,
        @JsonInclude @Nullable String sampler,
        int steps,
        List<Image> images,
        Timings timings) {

    private static final String SHA256 = "^[0-9a-f]{64}$";

    /** One image. */
    record Image(int index, Object seed, String sha256, @JsonInclude @Nullable String label, String b64) {}

    /** Durations of the stages, in milliseconds. */
    record Timings(
            @JsonProperty("queue_ms") double queueMs,
            @JsonProperty("compute_ms") double computeMs,
            @JsonProperty("encode_ms") double encodeMs,
            @JsonProperty("mean_batch") double meanBatch) {}
}
