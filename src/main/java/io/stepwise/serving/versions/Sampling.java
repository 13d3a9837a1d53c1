package io.stepwise.serving.versions;

import io.stepwise.diffusion.Parameterization;
import io.stepwise.diffusion.Trajectory;
import io.stepwise.schema.FieldError;
import io.stepwise.serving.request.GenerationRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How images are made with a network: the fields of a request that mean something for it, and the way from noise to image. */
interface Sampling {
    /** Adds to {@code errors} the fields of {@code request} that this network can't honour. */
    void check(GenerationRequest request, List<FieldError> errors);

    /** The same request with the steps and the sampler that it means where it leaves them out. */
    GenerationRequest completed(GenerationRequest request);

    /** The trajectory of {@code request}. */
    Trajectory get(GenerationRequest request);

    /** Whether {@link #get} takes microseconds. */
    boolean has(GenerationRequest request);

    /** What the network's output means; null for a network that makes images in one call. */
    @Nullable
    Parameterization parameterization();

    /** A trajectory of {@code steps} steps that all call the network, to measure how long that takes. */
    Trajectory trial(int steps);
}
