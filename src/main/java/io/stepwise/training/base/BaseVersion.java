package io.stepwise.training.base;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.EdmPreconditioning;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.Parameterization;
import io.stepwise.diffusion.Prediction;
import io.stepwise.model.ParameterSpec;
import io.stepwise.model.UNetConfig;
import io.stepwise.repository.ModelMissingException;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.PipelineFolder;
import io.stepwise.repository.SchedulerBridge;
import io.stepwise.repository.UNetConfigJson;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.training.spec.ImageSize;
import io.stepwise.training.spec.InitFrom;
import io.stepwise.training.spec.ScheduleChoice;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.TrainingSpecJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The version that a run starts from, trained or imported. Reads configurations only; {@link #weights} reads the rest.
 *
 * @param identity its model, number and checksum, none of them null
 * @param network what its network takes and predicts
 * @param labels names of its classes; empty if they have none
 */
public record BaseVersion(
        InitFrom identity,
        ModelVersion version,
        PipelineFolder pipeline,
        UNetConfig config,
        Parameterization network,
        List<String> labels) {
    /** Keys of a network's configuration that a run determines itself. */
    private static final List<String> OF_THE_RUN = List.of("sample_size", "num_class_embeds", "out_channels");

    private static final String EDM = "edm";
    private static final double SAME_SIGNAL = 1e-3;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /**
     * Reads a specification as {@link TrainingSpecJson#read(JsonNode)} does. If it names a version to start from, the
     * fields that describe what a network was trained on ({@code unet}, {@code image_size}, {@code schedule}, {@code
     * timesteps}, {@code prediction}, {@code sigma_data}, {@code variance}) are those of the version where they are left
     * out, and the result names the version's number and checksum.
     *
     * @throws InvalidMessageException also when there is no such version
     */
    public static TrainingSpec specification(JsonNode fields, ModelRepository models) throws IOException {
        Optional<InitFrom> asked = TrainingSpecJson.initFrom(fields);
        if (asked.isEmpty()) {
            return TrainingSpecJson.read(fields);
        }
        BaseVersion base = open(asked.get(), models);
        ObjectNode given = fields.deepCopy();
        given.set("init_from", MAPPER.valueToTree(base.identity));
        return TrainingSpecJson.read(given, base.defaults(given));
    }

    /**
     * Finds a version.
     *
     * @throws InvalidMessageException when it does not exist, has other weights, or cannot be trained
     */
    public static BaseVersion open(InitFrom asked, ModelRepository models) throws IOException {
        try {
            Integer number = asked.version();
            ModelVersion version =
                    number == null ? models.served(asked.model()) : models.version(asked.model(), number);
            String sha256 = version.manifest().checkpointSha256();
            if (asked.sha256() != null && !asked.sha256().equals(sha256)) {
                throw new InvalidMessageException(
                        "/init_from/sha256", '"' + asked.sha256() + '"', "that of " + asked + ", " + sha256);
            }
            PipelineFolder pipeline = version.pipeline();
            return new BaseVersion(
                    new InitFrom(version.model(), version.number(), sha256),
                    version,
                    pipeline,
                    pipeline.unetConfig(),
                    SchedulerBridge.network(pipeline.schedulerConfig()),
                    version.labels());
        } catch (ModelMissingException e) {
            throw new InvalidMessageException("/init_from", asked, "a version that is here: " + e.getMessage());
        } catch (InvalidModelException e) {
            throw new InvalidMessageException("/init_from", asked, "a version that can be trained: " + e.getMessage());
        }
    }

    /**
     * The fields of a specification that describe what this version was trained on, as far as they fit the ones that are
     * given.
     */
    private Map<String, Object> defaults(JsonNode given) {
        Map<String, Object> fields = new LinkedHashMap<>();
        ObjectNode unet = UNetConfigJson.toObject(config);
        unet.remove(OF_THE_RUN);
        unet.remove(List.of("_class_name", "_diffusers_version"));
        fields.put("unet", unet);
        Integer height = config.sampleHeight();
        Integer width = config.sampleWidth();
        if (height != null && width != null) {
            fields.put("image_size", new ImageSize(height, width));
        }
        fields.put("prediction", prediction());
        if (given.path("prediction").asText(prediction()).equals(EDM)) {
            if (network instanceof EdmPreconditioning edm) {
                fields.put("sigma_data", edm.sigmaData());
            }
        } else {
            if (network instanceof DiscreteTime discrete) {
                fields.put("schedule", ScheduleChoice.of(discrete.schedule()));
                fields.put("timesteps", discrete.schedule().timesteps());
            }
            fields.put(
                    "variance",
                    config.learnsVariance() ? TrainingSpec.Variance.LEARNED_RANGE : TrainingSpec.Variance.FIXED);
        }
        return fields;
    }

    private String prediction() {
        return network instanceof DiscreteTime discrete ? discrete.prediction().label() : EDM;
    }

    /** Warnings about what {@code run} trains otherwise than this version was trained. */
    public List<String> warnings(TrainingSpec run) {
        Prediction now = run.prediction().discrete();
        if (now == null || !(network instanceof DiscreteTime before)) {
            Double sigmaData = run.sigmaData() == null ? null : run.sigmaData().value();
            return sigmaData != null && network.equals(new EdmPreconditioning(sigmaData))
                    ? List.of()
                    : List.of("the run's network does not take and predict what that of " + identity
                            + " does: it has to learn it anew");
        }
        List<String> warnings = new ArrayList<>();
        if (now != before.prediction()) {
            warnings.add("the run predicts " + now.label() + ", but " + identity + " predicts "
                    + before.prediction().label() + ": the network has to learn anew what to predict");
        }
        if (!isSame(run.noiseSchedule(), before.schedule())) {
            warnings.add("the noise schedule is not that of " + identity
                    + ": the network has to learn anew how much noise each timestep has");
        }
        return warnings;
    }

    /** Whether the amplitude of the image is nearly the same at every timestep. */
    private static boolean isSame(NoiseSchedule one, NoiseSchedule other) {
        boolean same = one.timesteps() == other.timesteps();
        for (int t = 0; same && t < one.timesteps(); t++) {
            same = Math.abs(Math.sqrt(one.alphasCumprod(t)) - Math.sqrt(other.alphasCumprod(t))) < SAME_SIGNAL;
        }
        return same;
    }

    /**
     * Checks whether the weights have a place in a network, without reading them.
     *
     * @param unet the network's name or configuration, for the message
     * @throws InvalidMessageException naming the tensors that differ
     */
    public void requireFit(Object unet, List<ParameterSpec> parameters, List<String> classes) throws IOException {
        List<String> faults = transfer(parameters, classes).faults();
        if (!faults.isEmpty()) {
            throw new InvalidMessageException(
                    "/unet", unet, "a network with the tensors of " + identity + ": " + String.join("; ", faults));
        }
    }

    /**
     * Its weights in another network.
     *
     * @param models the repository of this version, which verifies its files
     * @param parameters of the network, in its order
     * @param classes labels of the network
     * @throws InvalidMessageException when its files are damaged
     */
    public WeightTransfer.Result weights(ModelRepository models, List<ParameterSpec> parameters, List<String> classes)
            throws IOException {
        try {
            models.verify(version);
            return transfer(parameters, classes).of(pipeline.weights());
        } catch (InvalidModelException e) {
            throw new InvalidMessageException("/init_from", identity, "a version that is intact: " + e.getMessage());
        }
    }

    private WeightTransfer transfer(List<ParameterSpec> parameters, List<String> classes) throws IOException {
        return new WeightTransfer(
                new WeightTransfer.Side(pipeline.parameters(), namesOf(config.numClassEmbeds())),
                new WeightTransfer.Side(parameters, classes));
    }

    /** The labels, if the network has as many classes or one more for "no label". */
    private List<String> namesOf(@Nullable Integer rows) {
        boolean fit = rows != null && (rows == labels.size() || rows == labels.size() + 1);
        return fit ? labels : List.of();
    }
}
