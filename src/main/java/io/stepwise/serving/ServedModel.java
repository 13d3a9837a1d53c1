package io.stepwise.serving;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.diffusion.Ddim;
import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.Sampler;
import io.stepwise.diffusion.SamplerOptions;
import io.stepwise.diffusion.Trajectory;
import io.stepwise.model.FlatWeights;
import io.stepwise.model.InferenceNetwork;
import io.stepwise.model.Precision;
import io.stepwise.model.UNet;
import io.stepwise.repository.Manifest;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.PipelineFolder;
import io.stepwise.repository.SchedulerBridge;
import io.stepwise.repository.SchedulerConfig;
import io.stepwise.sampling.Row;
import io.stepwise.sampling.StepLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A version of a model on a device: its network with the EMA weights, and what requests may ask of it.
 *
 * <p>INVARIANT: only the engine's thread touches {@link #loop()}; everything else here is immutable. Closing frees the
 * weights.
 */
public final class ServedModel implements AutoCloseable {
    private final ModelVersion version;
    private final String checkpointSha256;
    private final SchedulerConfig scheduler;
    private final DiscreteTime network;
    private final UNet net;
    private final List<String> labels;
    private final InferenceNetwork inference;
    private final StepLoop loop;

    private ServedModel(
            ModelVersion version,
            Manifest manifest,
            SchedulerConfig scheduler,
            DiscreteTime network,
            InferenceNetwork inference,
            NDManager manager) {
        this.version = version;
        this.checkpointSha256 = manifest.checkpointSha256();
        this.scheduler = scheduler;
        this.network = network;
        this.net = inference.net();
        this.labels = labels(net, manifest.metadata().labels());
        this.inference = inference;
        Shape image = new Shape(net.config().inChannels(), net.height(), net.width());
        loop = new StepLoop(manager, inference::forward, image, labels.size());
    }

    /**
     * Verifies the version's checksums, loads it to the device of {@code manager} and warms it up.
     *
     * @throws IOException when a file is missing or damaged, or is no model that Stepwise can run
     */
    public static ServedModel load(ModelRepository repository, ModelVersion version, NDManager manager)
            throws IOException {
        Manifest manifest = repository.verify(version);
        PipelineFolder pipeline = version.pipeline();
        UNet net = UNet.of(pipeline.unetConfig());
        SchedulerConfig scheduler = pipeline.schedulerConfig();
        DiscreteTime network = SchedulerBridge.network(scheduler);
        try (NDManager scope = manager.newSubManager()) {
            FlatWeights weights = FlatWeights.of(scope, net.parameters(), pipeline.weights());
            InferenceNetwork inference = InferenceNetwork.load(manager, net, weights, Precision.F32);
            ServedModel model = new ServedModel(version, manifest, scheduler, network, inference, manager);
            model.warmUp();
            return model;
        }
    }

    /** A script's first calls are slow: libtorch compiles it then. */
    private void warmUp() {
        Trajectory trajectory =
                Ddim.of(0, io.stepwise.diffusion.Spacing.TRAILING).trajectory(network, 4);
        List<Row> rows = List.of(loop.start(trajectory, 0, 0, 0, 1), loop.start(trajectory, 0, 1, 0, 1));
        for (int i = 0; i < trajectory.steps().size(); i++) {
            loop.step(rows);
        }
        rows.forEach(loop::remove);
    }

    private static List<String> labels(UNet net, List<String> named) {
        Integer rows = net.config().numClassEmbeds();
        if (rows == null || !named.isEmpty()) {
            return rows == null ? List.of() : named;
        }
        return IntStream.range(0, rows).mapToObj(Integer::toString).toList();
    }

    ModelVersion version() {
        return version;
    }

    String checkpointSha256() {
        return checkpointSha256;
    }

    StepLoop loop() {
        return loop;
    }

    int channels() {
        return net.config().inChannels();
    }

    int height() {
        return net.height();
    }

    int width() {
        return net.width();
    }

    /** What can't be done of {@code request}; empty when everything can. */
    public List<FieldError> check(GenerationRequest request) {
        List<FieldError> errors = new ArrayList<>();
        int trained = network.schedule().timesteps();
        if (request.steps() > trained) {
            errors.add(new FieldError("/steps", "steps " + request.steps() + " must be 1 … " + trained));
        }
        String label = request.label();
        if (label != null && labels.isEmpty()) {
            errors.add(new FieldError("/label", "label \"" + label + "\" must be left out: the model has no classes"));
        } else if (label != null && labelNumber(label) < 0) {
            errors.add(new FieldError(
                    "/label",
                    "label \"" + label + "\" must be one of " + labels + " or a number 0 … " + (labels.size() - 1)));
        } else if (label == null && !labels.isEmpty() && !knowsNoLabel()) {
            errors.add(new FieldError("/label", "label must be given: one of " + labels));
        }
        if (request.guidance() != 1 && (label == null || !knowsNoLabel())) {
            errors.add(new FieldError(
                    "/guidance",
                    "guidance " + request.guidance() + " must be 1 "
                            + (knowsNoLabel()
                                    ? "without a label"
                                    : "for this model: it was trained without label dropout")));
        }
        return errors;
    }

    /** The way from noise to an image that {@code request} asks for. */
    public Trajectory trajectory(GenerationRequest request) {
        String name = request.sampler().wireName();
        SamplerOptions options = new SamplerOptions(
                name, request.sampler().takesEta() ? request.eta() : null, spacing(request, name), null);
        Sampler sampler = options.sampler(
                SchedulerBridge.variance(scheduler), SchedulerBridge.clip(scheduler), scheduler.stepsOffset());
        if (sampler instanceof Ddim ddim) {
            sampler = new Ddim(
                    ddim.eta(),
                    ddim.spacing(),
                    ddim.stepsOffset(),
                    ddim.clip(),
                    scheduler.setAlphaToOne(),
                    false,
                    false);
        }
        return sampler.trajectory(network, request.steps());
    }

    /** What the request says; else, for the samplers that walk the timesteps, what the model's author says. */
    private @Nullable String spacing(GenerationRequest request, String sampler) {
        Spacing asked = request.spacing();
        if (asked != null) {
            return asked.wireName();
        }
        boolean walks = Set.of("ddim", "ddpm").contains(sampler);
        return walks && SamplerOptions.spacings(sampler).contains(scheduler.timestepSpacing())
                ? scheduler.timestepSpacing()
                : null;
    }

    /** The class of {@code label}, which {@link #check} has found good; null is "no label". */
    public int labelNumber(@Nullable String label) {
        if (label == null) {
            return labels.size();
        }
        int named = labels.indexOf(label);
        if (named >= 0 || !label.matches("[0-9]{1,9}")) {
            return named;
        }
        int number = Integer.parseInt(label);
        return number < labels.size() ? number : -1;
    }

    /** The name of {@code label}'s class. */
    @Nullable
    String labelName(@Nullable String label) {
        return label == null ? null : labels.get(labelNumber(label));
    }

    private boolean knowsNoLabel() {
        Integer rows = net.config().numClassEmbeds();
        return rows != null && rows == labels.size() + 1;
    }

    @Override
    public void close() {
        loop.close();
        inference.close();
    }
}
