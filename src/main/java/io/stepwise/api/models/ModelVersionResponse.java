package io.stepwise.api.models;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.stepwise.api.problem.PublicText;
import io.stepwise.repository.IdempotencyRecord;
import io.stepwise.repository.Manifest;
import io.stepwise.repository.files.FileDigest;
import io.stepwise.serving.ModelDescription;
import io.stepwise.serving.VersionDescription;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The answer of {@code GET /models/{name}/versions/{version}}: one version. */
record ModelVersionResponse(
        String model,
        int version,
        boolean serves,
        boolean loaded,
        @Nullable String refused,
        @Nullable ManifestPart manifest,
        @Nullable Network unet,
        @Nullable Scheduler scheduler,
        @Nullable Generator generator) {

    private static final String SHA256 = "^[0-9a-f]{64}$";

    static ModelVersionResponse of(VersionDescription version) {
        ModelDescription.Version state = version.state();
        Manifest manifest = version.manifest();
        VersionDescription.Network network = version.network();
        VersionDescription.Scheduler scheduler = version.scheduler();
        VersionDescription.Generator generator = version.generator();
        return new ModelVersionResponse(
                version.model(),
                state.number(),
                state.serves(),
                state.loaded(),
                PublicText.ofNullable(state.refused()),
                manifest == null ? null : ManifestPart.of(manifest),
                network == null ? null : Network.of(network),
                scheduler == null ? null : Scheduler.of(scheduler),
                generator == null ? null : Generator.of(generator));
    }

    /** The information that the publisher gave. */
    record ManifestPart(
            String created,
            @Nullable String run,
            @Nullable Long step,
            Map<String, Double> metrics,
            List<String> labels,
            Map<String, String> attributes,
            @JsonProperty("checkpoint_sha256") String checkpointSha256,
            long size,
            List<File> files) {

        static ManifestPart of(Manifest manifest) {
            List<File> files = new TreeMap<>(manifest.files())
                    .entrySet().stream()
                            .map(file -> File.of(file.getKey(), file.getValue()))
                            .toList();
            return new ManifestPart(
                    manifest.created().toString(),
                    manifest.metadata().run(),
                    manifest.metadata().step(),
                    new TreeMap<>(manifest.metadata().metrics()),
                    manifest.metadata().labels(),
                    attributesOf(manifest),
                    manifest.checkpointSha256(),
                    files.stream().mapToLong(File::size).sum(),
                    files);
        }
    }

    private static Map<String, String> attributesOf(Manifest manifest) {
        Map<String, String> attributes = new TreeMap<>(manifest.metadata().attributes());
        attributes.keySet().removeIf(IdempotencyRecord::isAttribute);
        return attributes;
    }

    /** A file. */
    record File(String path, long size, String sha256) {

        static File of(String path, FileDigest digest) {
            return new File(path, digest.size(), digest.sha256());
        }
    }

    /** A summary of the U-Net. */
    record Network(
            long parameters,
            @JsonProperty("image_size") ModelResponse.@Nullable ImageSize imageSize,
            @JsonProperty("in_channels") int inChannels,
            @JsonProperty("out_channels") int outChannels,
            @JsonProperty("block_out_channels") List<Integer> blockOutChannels,
            @JsonProperty("layers_per_block") int layersPerBlock,
            @JsonProperty("down_block_types") List<String> downBlockTypes,
            @JsonProperty("up_block_types") List<String> upBlockTypes,
            @JsonProperty("num_class_embeds") @Nullable Integer numClassEmbeds) {

        static Network of(VersionDescription.Network network) {
            return new Network(
                    network.parameters(),
                    ModelResponse.ImageSize.of(network.size()),
                    network.inChannels(),
                    network.outChannels(),
                    network.blockOutChannels(),
                    network.layersPerBlock(),
                    network.downBlockTypes(),
                    network.upBlockTypes(),
                    network.numClassEmbeds());
        }
    }

    /** A summary of the network of a GAN or a VAE. */
    record Generator(
            String kind,
            long parameters,
            @JsonProperty("image_size") ModelResponse.@Nullable ImageSize imageSize,
            @JsonProperty("latent_size") int latentSize,
            @JsonProperty("block_out_channels") List<Integer> blockOutChannels,
            @JsonProperty("num_class_embeds") @Nullable Integer numClassEmbeds,
            @Nullable String reconstruction) {

        static Generator of(VersionDescription.Generator generator) {
            return new Generator(
                    generator.kind(),
                    generator.parameters(),
                    ModelResponse.ImageSize.of(generator.size()),
                    generator.latentSize(),
                    generator.blockOutChannels(),
                    generator.numClassEmbeds(),
                    generator.reconstruction());
        }
    }

    /** The noise schedule. */
    record Scheduler(
            @JsonProperty("class_name") String className,
            @JsonProperty("num_train_timesteps") int numTrainTimesteps,
            @JsonProperty("beta_schedule") @Nullable String betaSchedule,
            @JsonProperty("prediction_type") String predictionType,
            @JsonProperty("timestep_spacing") @Nullable String timestepSpacing,
            @JsonProperty("sigma_schedule") @Nullable String sigmaSchedule,
            @JsonProperty("sigma_data") @Nullable Double sigmaData) {

        static Scheduler of(VersionDescription.Scheduler scheduler) {
            return new Scheduler(
                    scheduler.className(),
                    scheduler.numTrainTimesteps(),
                    scheduler.betaSchedule(),
                    scheduler.predictionType(),
                    scheduler.timestepSpacing(),
                    scheduler.sigmaSchedule(),
                    scheduler.sigmaData());
        }
    }
}
