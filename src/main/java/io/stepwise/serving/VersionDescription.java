package io.stepwise.serving;

import io.stepwise.repository.Manifest;
import io.stepwise.serving.ModelDescription.ImageSize;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a version.
 *
 * @param state whether it serves, is in memory, or can't be loaded
 * @param manifest what its publisher said and what its files must be; null where it can't be read
 * @param network null where its configuration can't be read
 * @param scheduler null likewise
 */
public record VersionDescription(
        String model,
        ModelDescription.Version state,
        @Nullable Manifest manifest,
        @Nullable Network network,
        @Nullable Scheduler scheduler) {

    /**
     * The U-Net in short, in diffusers' terms.
     *
     * @param size of its images; null where the configuration leaves it open
     * @param numClassEmbeds null for an unconditional network
     */
    public record Network(
            long parameters,
            @Nullable ImageSize size,
            int inChannels,
            int outChannels,
            List<Integer> blockOutChannels,
            int layersPerBlock,
            List<String> downBlockTypes,
            List<String> upBlockTypes,
            @Nullable Integer numClassEmbeds) {

        public Network {
            blockOutChannels = List.copyOf(blockOutChannels);
            downBlockTypes = List.copyOf(downBlockTypes);
            upBlockTypes = List.copyOf(upBlockTypes);
        }
    }

    /** The noise schedule and how the author samples, in diffusers' terms. */
    public record Scheduler(
            String className,
            int numTrainTimesteps,
            String betaSchedule,
            String predictionType,
            String timestepSpacing) {}
}
