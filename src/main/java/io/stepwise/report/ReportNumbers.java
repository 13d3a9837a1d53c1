package io.stepwise.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every number of a report; {@code metrics.json} holds them under the same names in snake case.
 *
 * @param checkpointSha256 checksum of its weights' file
 * @param parameters of its network
 * @param training how it was trained; null where the run is not known
 * @param count images of each kind
 * @param reference a description of the images that all are compared with
 * @param heldOut whether no training run has seen the reference
 * @param bitsPerDimension of the reference; null for a network without timesteps
 * @param measurements the first is of real images
 * @param samplers measurements of the samplers in some numbers of steps, the first of real images; empty if they weren't compared
 * @param nearest of the first samples
 */
record ReportNumbers(
        String model,
        int version,
        String checkpointSha256,
        long parameters,
        @Nullable Training training,
        String dataset,
        int count,
        Sampling sampling,
        String reference,
        boolean heldOut,
        @Nullable BitsPerDimension bitsPerDimension,
        List<Measurement> measurements,
        List<Measurement> samplers,
        Nearest nearest) {
    static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    /**
     * How far the run was when the version was published.
     *
     * @param steps done
     * @param seconds spent
     */
    record Training(String run, int steps, double seconds) {}

    /**
     * How images were made.
     *
     * @param processors of the machine
     */
    record Sampling(String sampler, String spacing, int steps, long seed, int processors) {}

    /**
     * How near training images are, in roots of mean squared differences of samples 0 … 255.
     *
     * @param searched training images that were looked at, and their mirror images
     * @param images how many samples, and how many images of the reference, the means are over
     * @param samplesMean mean distance from samples to the nearest training image
     * @param referenceMean the same of images of the reference
     * @param samples the nearest to every sample
     */
    record Nearest(
            long searched,
            int images,
            double samplesMean,
            double referenceMean,
            List<List<NearestImages.Match>> samples) {}

    String json() {
        try {
            return JSON.writeValueAsString(this) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report of plain numbers can be written", e);
        }
    }
}
