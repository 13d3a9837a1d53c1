package io.stepwise.serving.versions;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.model.FlatWeights;
import io.stepwise.model.InferenceNetwork;
import io.stepwise.sampling.StepLoop;
import io.stepwise.serving.engine.CompiledNetwork;
import io.stepwise.torchscript.NativeThreads;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The weights of one model version on every device that engines compute on: one copy per device, shared by the engines there. */
final class ModelNetworks implements AutoCloseable {
    private final CompiledNetwork compiled;
    private final List<NDManager> managers = new ArrayList<>();
    private final List<InferenceNetwork> networks = new ArrayList<>();
    private final @Nullable Executor helpers;

    private ModelNetworks(CompiledNetwork compiled, @Nullable Executor helpers) {
        this.compiled = compiled;
        this.helpers = helpers;
    }

    /**
     * Loads the weights of {@code files} to every device, for the calling thread's number of native threads.
     *
     * @param compiled the caller closes it after this object
     * @param ranges of the convolutions' inputs, if they are computed in int8; else empty
     * @param helpers make noise ahead of the steps, or null
     */
    static ModelNetworks load(CompiledNetwork compiled, VersionFiles files, float[] ranges, @Nullable Executor helpers)
            throws IOException {
        ModelNetworks all = new ModelNetworks(compiled, helpers);
        for (int device = 0; device < compiled.devices(); device++) {
            all.managers.add(compiled.manager(device).newSubManager());
        }
        List<NDManager> scopes =
                all.managers.stream().map(NDManager::newSubManager).toList();
        try {
            List<FlatWeights> plain = scopes.stream()
                    .map(scope -> FlatWeights.empty(scope, compiled.net().parameters()))
                    .toList();
            files.readWeights((offset, values, count) -> plain.forEach(weights -> weights.put(offset, values, count)));
            for (int device = 0; device < compiled.devices(); device++) {
                all.networks.add(compiled.program(device).network(all.managers.get(device), plain.get(device), ranges));
            }
            return all;
        } catch (IOException | RuntimeException | Error e) {
            all.close();
            throw e;
        } finally {
            scopes.forEach(NDManager::close);
        }
    }

    /** The network of engine number {@code engine}. */
    InferenceNetwork network(int engine) {
        return networks.get(engine % networks.size());
    }

    /**
     * The first numbers of the state from which the network, an {@link io.stepwise.model.Encoder}, makes an image again. One
     * caller at a time computes. Changes the calling thread's number of native threads.
     *
     * @param image {@code [C,H,W]} in [-1,1]
     * @param label a class that the network takes
     * @param threads native threads
     */
    synchronized float[] encode(float[] image, long label, int threads) {
        NativeThreads.ofThisThread(threads);
        try (NDManager scope = managers.get(0).newSubManager()) {
            NDArray x = scope.create(FloatBuffer.wrap(image), new Shape(1).addAll(compiled.image()));
            return networks.get(0)
                    .encode(x, scope.create(new long[] {label}), scope)
                    .toFloatArray();
        }
    }

    /** A step loop on the device of engine number {@code engine}; the caller closes it before this object. */
    StepLoop newLoop(int engine, int noLabel) {
        NDManager manager = managers.get(engine % managers.size());
        StepLoop loop = StepLoop.of(manager, network(engine).linked(), compiled.image(), noLabel);
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
