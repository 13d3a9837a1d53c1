package io.stepwise.bench.load;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.diffusion.Trajectory;
import io.stepwise.image.Pixels;
import io.stepwise.model.FlatWeights;
import io.stepwise.model.InferenceNetwork;
import io.stepwise.model.Precision;
import io.stepwise.model.UNet;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.sampling.StepLoop;
import io.stepwise.serving.EngineSettings;
import io.stepwise.serving.FieldError;
import io.stepwise.serving.GenerationRequest;
import io.stepwise.serving.ServedModel;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The version that everything but the product's own scheduler computes with: what the product makes of it, for the
 * rivals, and its bare network, for the raw loop. The caller closes it after all loops made of it.
 */
final class LoadedModel implements AutoCloseable {
    private final NDManager manager;
    private final ModelVersion version;
    private final String checkpointSha256;
    private final ServedModel served;
    private final InferenceNetwork network;

    private LoadedModel(NDManager manager, ModelRepository repository, ModelVersion version, EngineSettings settings)
            throws IOException {
        this.manager = manager;
        this.version = version;
        checkpointSha256 = version.manifest().checkpointSha256();
        served = ServedModel.load(repository, version, settings, null);
        UNet net = UNet.of(version.pipeline().unetConfig());
        try (NDManager scope = manager.newSubManager()) {
            FlatWeights weights =
                    FlatWeights.of(scope, net.parameters(), version.pipeline().weights());
            network = InferenceNetwork.load(manager, net, weights, Precision.F32, settings.threads());
        }
    }

    /** Verifies and loads {@code version} as engines of {@code settings} do, and warms it up. */
    static LoadedModel load(ModelRepository repository, ModelVersion version, EngineSettings settings)
            throws IOException {
        NDManager manager = NDManager.newBaseManager();
        try {
            return new LoadedModel(manager, repository, version, settings);
        } catch (IOException | RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /** A step loop over this network for the thread of engine number {@code engine}, which closes it. */
    StepLoop newLoop(int engine) {
        return served.newLoop(engine);
    }

    /** Owner of long-lived tensors. */
    NDManager manager() {
        return manager;
    }

    /** The bare network; thread-safe. */
    InferenceNetwork network() {
        return network;
    }

    /** Shape of an image, {@code [C,H,W]}. */
    Shape image() {
        UNet net = network.net();
        return new Shape(net.config().inChannels(), net.height(), net.width());
    }

    /** What can't be done of {@code request}. */
    List<FieldError> check(GenerationRequest request) {
        return served.check(request);
    }

    /** The steps that {@code request} asks for. */
    Trajectory trajectory(GenerationRequest request) {
        return served.trajectory(request);
    }

    /** The class of a label that {@link #check} has found good; null is the class after all others. */
    int labelNumber(@Nullable String label) {
        return served.labelNumber(label);
    }

    /** Labels that requests can have, by number; empty when there are no classes. */
    List<String> labels() {
        return IntStream.range(0, labelNumber(null)).mapToObj(Integer::toString).toList();
    }

    /** An image of a row's final state. */
    Pixels pixels(float[] state) {
        UNet net = network.net();
        return Pixels.fromSigned(state, 0, net.config().inChannels(), net.height(), net.width());
    }

    /** Which version it is. */
    ModelVersion version() {
        return version;
    }

    /** SHA-256 of its weights file. */
    String checkpointSha256() {
        return checkpointSha256;
    }

    @Override
    public void close() {
        network.close();
        served.close();
        manager.close();
    }
}
