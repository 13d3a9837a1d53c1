package io.stepwise.api.models;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.stepwise.repository.IdempotencyRecord;
import io.stepwise.repository.Manifest;
import io.stepwise.repository.files.FileDigest;
import io.stepwise.serving.ModelDescription;
import io.stepwise.serving.VersionDescription;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A version as {@code GET /models/{name}/versions/{version}} tells of it. */
@Schema(
        name = "ModelVersion",
        description = "A version of a model: what its publisher said, what its files must be, and whether it serves.",
        requiredProperties = {"model", "version", "serves", "loaded", "refused", "manifest", "unet", "scheduler"})
record ModelVersionResponse(
        @Schema(examples = "faces") String model,
        @Schema(minimum = "1", examples = "3") int version,
        @Schema(description = "Whether it answers requests that name no version.") boolean serves,
        @Schema(description = "Whether it is in memory.") boolean loaded,
        @Schema(description = "Why it can't be loaded; null where that isn't known.", nullable = true) @Nullable
                String refused,
        @Schema(nullable = true) @Nullable ManifestPart manifest,
        @Schema(nullable = true) @Nullable Network unet,
        @Schema(nullable = true) @Nullable Scheduler scheduler) {

    private static final String SHA256 = "^[0-9a-f]{64}$";

    static ModelVersionResponse of(VersionDescription version) {
        ModelDescription.Version state = version.state();
        Manifest manifest = version.manifest();
        VersionDescription.Network network = version.network();
        VersionDescription.Scheduler scheduler = version.scheduler();
        return new ModelVersionResponse(
                version.model(),
                state.number(),
                state.serves(),
                state.loaded(),
                state.refused(),
                manifest == null ? null : ManifestPart.of(manifest),
                network == null ? null : Network.of(network),
                scheduler == null ? null : Scheduler.of(scheduler));
    }

    /** What the publisher said. */
    @Schema(
            name = "ModelManifest",
            description = "What the publisher said of the version; null where it can't be read.",
            requiredProperties = {
                "created",
                "run",
                "step",
                "metrics",
                "labels",
                "attributes",
                "checkpoint_sha256",
                "size",
                "files"
            })
    record ManifestPart(
            @Schema(description = "When it was published; ISO 8601, UTC.", format = "date-time") String created,
            @Schema(description = "The training job it comes from; null for an import.", nullable = true) @Nullable
                    String run,
            @Schema(description = "Optimizer steps it was trained for.", nullable = true, minimum = "0") @Nullable
                    Long step,
            @Schema(description = "Numbers by name, such as loss.") Map<String, Double> metrics,
            @Schema(description = "Names of its own for the classes.") List<String> labels,
            @Schema(description = "Anything else worth keeping.") Map<String, String> attributes,
            @JsonProperty("checkpoint_sha256") @Schema(description = "SHA-256 of the weights.", pattern = SHA256)
                    String checkpointSha256,
            @Schema(description = "Bytes of all files.", minimum = "0") long size,
            @Schema(description = "Every file but the manifest, by path.") List<File> files) {

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
    @Schema(
            name = "ModelFile",
            description = "A file of a version.",
            requiredProperties = {"path", "size", "sha256"})
    record File(
            @Schema(examples = "unet/config.json") String path,
            @Schema(description = "Bytes.", minimum = "0") long size,
            @Schema(pattern = SHA256) String sha256) {

        static File of(String path, FileDigest digest) {
            return new File(path, digest.size(), digest.sha256());
        }
    }

    /** The U-Net in short. */
    @Schema(
            name = "UNetSummary",
            description =
                    "The U-Net in short, in the terms of diffusers' UNet2DModel; null where its configuration can't be"
                            + " read.",
            requiredProperties = {
                "parameters",
                "image_size",
                "in_channels",
                "out_channels",
                "block_out_channels",
                "layers_per_block",
                "down_block_types",
                "up_block_types",
                "num_class_embeds"
            })
    record Network(
            @Schema(description = "How many numbers all weights are.") long parameters,
            @JsonProperty("image_size") @Schema(nullable = true) ModelResponse.@Nullable ImageSize imageSize,
            @JsonProperty("in_channels") @Schema(examples = "3") int inChannels,
            @JsonProperty("out_channels") @Schema(examples = "3") int outChannels,
            @JsonProperty("block_out_channels") List<Integer> blockOutChannels,
            @JsonProperty("layers_per_block") int layersPerBlock,
            @JsonProperty("down_block_types") List<String> downBlockTypes,
            @JsonProperty("up_block_types") List<String> upBlockTypes,
            @JsonProperty("num_class_embeds")
                    @Schema(description = "Null for a model without classes.", nullable = true)
                    @Nullable
                    Integer numClassEmbeds) {

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

    /** The noise schedule. */
    @Schema(
            name = "SchedulerSummary",
            description =
                    "The noise schedule and how its author samples, in diffusers' terms; null where it can't be read.",
            requiredProperties = {
                "class_name",
                "num_train_timesteps",
                "beta_schedule",
                "prediction_type",
                "timestep_spacing"
            })
    record Scheduler(
            @JsonProperty("class_name") @Schema(examples = "DDPMScheduler") String className,
            @JsonProperty("num_train_timesteps") @Schema(description = "T.", examples = "1000") int numTrainTimesteps,
            @JsonProperty("beta_schedule") @Schema(examples = "squaredcos_cap_v2") String betaSchedule,
            @JsonProperty("prediction_type") @Schema(examples = "epsilon") String predictionType,
            @JsonProperty("timestep_spacing") @Schema(examples = "leading") String timestepSpacing) {

        static Scheduler of(VersionDescription.Scheduler scheduler) {
            return new Scheduler(
                    scheduler.className(),
                    scheduler.numTrainTimesteps(),
                    scheduler.betaSchedule(),
                    scheduler.predictionType(),
                    scheduler.timestepSpacing());
        }
    }
}
