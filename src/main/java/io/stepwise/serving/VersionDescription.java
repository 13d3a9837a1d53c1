package io.stepwise.serving;

import io.stepwise.model.latent.Dcgan;
import io.stepwise.model.latent.LatentShape;
import io.stepwise.model.latent.Vae;
import io.stepwise.repository.DiscreteSchedulerConfig;
import io.stepwise.repository.EdmSchedulerConfig;
import io.stepwise.repository.Manifest;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.PipelineFolder;
import io.stepwise.repository.SchedulerConfig;
import io.stepwise.serving.ModelDescription.ImageSize;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A version of a model.
 *
 * @param state whether it serves, is in memory, or cannot be loaded
 * @param manifest its metadata and checksums; null if it cannot be read
 * @param network null if its configuration cannot be read, and for a GAN or a VAE
 * @param scheduler the same
 * @param generator of a GAN or a VAE; null for a diffusion model and if its configuration cannot be read
 */
public record VersionDescription(
        String model,
        ModelDescription.Version state,
        @Nullable Manifest manifest,
        @Nullable Network network,
        @Nullable Scheduler scheduler,
        @Nullable Generator generator) {

    /** Diffusion, gan or vae; null for no version, and if its configuration cannot be read. */
    static @Nullable String kindOf(@Nullable ModelVersion version) {
        try {
            if (version == null) {
                return null;
            }
            return version.network() instanceof PipelineFolder
                    ? "diffusion"
                    : Generator.of(version.network().network()).kind();
        } catch (IOException e) {
            return null;
        }
    }

    /**
     * A summary of a network that makes an image of a latent vector.
     *
     * @param kind gan or vae
     * @param numClassEmbeds null for a network without classes
     * @param reconstruction of a VAE; null for a GAN
     */
    public record Generator(
            String kind,
            long parameters,
            ImageSize size,
            int latentSize,
            List<Integer> blockOutChannels,
            @Nullable Integer numClassEmbeds,
            @Nullable String reconstruction) {
        static Generator of(io.stepwise.model.Network network) {
            Vae vae = network instanceof Vae found ? found : null;
            LatentShape shape = vae == null ? ((Dcgan) network).shape() : vae.shape();
            return new Generator(
                    vae == null ? "gan" : "vae",
                    network.parameterCount(),
                    new ImageSize(network.width(), network.height()),
                    shape.latentSize(),
                    shape.blockOutChannels(),
                    shape.classes(),
                    vae == null ? null : vae.reconstruction().name().toLowerCase(Locale.ROOT));
        }
    }

    /**
     * A summary of the U-Net, in diffusers' terms.
     *
     * @param size of its images; null if the configuration leaves it open
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

    /**
     * A summary of the scheduler, in diffusers' terms.
     *
     * @param betaSchedule null without timesteps (EDM)
     * @param timestepSpacing null without timesteps
     * @param sigmaSchedule null with timesteps
     * @param sigmaData null with timesteps
     */
    public record Scheduler(
            String className,
            int numTrainTimesteps,
            @Nullable String betaSchedule,
            String predictionType,
            @Nullable String timestepSpacing,
            @Nullable String sigmaSchedule,
            @Nullable Double sigmaData) {
        static Scheduler of(SchedulerConfig config) {
            DiscreteSchedulerConfig discrete = config instanceof DiscreteSchedulerConfig given ? given : null;
            EdmSchedulerConfig edm = config instanceof EdmSchedulerConfig given ? given : null;
            return new Scheduler(
                    config.className(),
                    config.numTrainTimesteps(),
                    discrete == null ? null : discrete.betaSchedule(),
                    config.predictionType(),
                    discrete == null ? null : discrete.timestepSpacing(),
                    edm == null ? null : edm.sigmaSchedule(),
                    edm == null ? null : Double.valueOf(edm.sigmaData()));
        }
    }
}
