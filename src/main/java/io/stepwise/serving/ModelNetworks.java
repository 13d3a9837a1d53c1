package io.stepwise.serving;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.model.FlatWeights;
import io.stepwise.model.InferenceNetwork;
import io.stepwise.model.Precision;
import io.stepwise.model.UNet;
import io.stepwise.sampling.StepLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The network of one model version on every device that engines compute on: one copy of the weights per device, shared
 * by the engines there. With GPUs engine i has GPU i, without them all share the processor.
 */
final class ModelNetworks implements AutoCloseable {
    private final UNet net;
    private final List<NDManager> managers = new ArrayList<>();
    private final List<InferenceNetwork> networks = new ArrayList<>();
    private final @Nullable Executor helpers;

    private ModelNetworks(UNet net, @Nullable Executor helpers) {
        this.net = net;
        this.helpers = helpers;
    }

    /**
     * Loads {@code weights} to every device, for the calling thread's number of native threads.
     *
     * @param helpers make noise ahead, or null
     */
    static ModelNetworks load(UNet net, float[] weights, EngineSettings settings, @Nullable Executor helpers) {
        ModelNetworks all = new ModelNetworks(net, helpers);
        int gpus = gpus();
        for (int device = 0; device < Math.max(1, Math.min(gpus, settings.engines())); device++) {
            NDManager manager = NDManager.newBaseManager(gpus == 0 ? Device.cpu() : Device.gpu(device));
            all.managers.add(manager);
            try (NDManager scope = manager.newSubManager()) {
                FlatWeights flat = FlatWeights.of(scope, net.parameters(), weights);
                all.networks.add(InferenceNetwork.load(manager, net, flat, Precision.F32, settings.threads()));
            }
        }
        return all;
    }

    /** GPUs that libtorch sees. */
    static int gpus() {
        return ai.djl.engine.Engine.getInstance().getGpuCount();
    }

    UNet net() {
        return net;
    }

    boolean onGpu() {
        return managers.get(0).getDevice().isGpu();
    }

    /** Shape of an image, {@code [C,H,W]}. */
    Shape image() {
        return new Shape(net.config().inChannels(), net.height(), net.width());
    }

    /** The network that engine number {@code engine} computes with. */
    InferenceNetwork network(int engine) {
        return networks.get(engine % networks.size());
    }

    /** A loop on the device of engine number {@code engine}; the caller closes it before this. */
    StepLoop newLoop(int engine, int noLabel) {
        NDManager manager = managers.get(engine % managers.size());
        StepLoop loop = StepLoop.linked(manager, network(engine)::link, image(), noLabel);
        if (helpers != null) {
            loop.makeNoiseOn(helpers);
        }
        return loop;
    }

    @Override
    public void close() {
        networks.forEach(InferenceNetwork::close);
        managers.forEach(NDManager::close);
    }
}
