package io.stepwise.training.spec;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * The version of a model whose weights a run starts from.
 *
 * @param version its number, at least 1; null for the version that is served
 * @param sha256 checksum of its weights' file, which must be the same when the run starts; null for any
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record InitFrom(String model, @Nullable Integer version, @JsonProperty("sha256") @Nullable String sha256) {

    @Override
    public String toString() {
        return version == null ? model : model + " version " + version;
    }
}
