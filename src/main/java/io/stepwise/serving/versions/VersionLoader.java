package io.stepwise.serving.versions;

import io.stepwise.model.Network;
import io.stepwise.model.Precision;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.serving.engine.CompiledNetwork;
import io.stepwise.serving.engine.EngineSettings;
import io.stepwise.serving.engine.Footprint;
import io.stepwise.torchscript.NativeThreads;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Loads versions from disk to the devices. Versions of one architecture share the compiled network and its step times,
 * so that a further version costs little more than reading its weights. Used by one thread.
 */
public final class VersionLoader {
    private final ModelRepository repository;
    private final EngineSettings settings;
    private final @Nullable Executor helpers;
    private final Map<Compiled, CompiledNetwork> compiled = new HashMap<>(); // freed ones too, for their step times

    private record Compiled(Network net, Precision precision) {}

    /** @param helpers make noise ahead of the steps, or null */
    public VersionLoader(ModelRepository repository, EngineSettings settings, @Nullable Executor helpers) {
        this.repository = repository;
        this.settings = settings;
        this.helpers = helpers;
    }

    /** Bytes of the weights of {@code version} on each device; reads only its configuration. */
    long bytes(ModelVersion version) throws IOException {
        return Float.BYTES * version.network().network().parameterCount();
    }

    /** {@link #loadUntimed}, with all batch sizes measured. */
    public ServedModel load(ModelVersion version) throws IOException {
        ServedModel model = loadUntimed(version);
        model.time();
        return model;
    }

    /**
     * Verifies and loads a version, and takes its first steps; {@link ServedModel#time} is left to do. Changes the calling
     * thread's number of native threads.
     *
     * @throws IOException when a file is missing or damaged, or Stepwise cannot run the model
     * @throws IllegalArgumentException in the same cases
     */
    ServedModel loadUntimed(ModelVersion version) throws IOException {
        VersionFiles files = VersionFiles.verify(repository, version);
        Footprint footprint = new Footprint(files.net(), settings);
        footprint.check();
        NativeThreads.ofThisThread(settings.threads());
        float[] ranges = new float[0];
        if (settings.int8().contains(version.model())) {
            ranges = new Quantization(files, settings.threads()).ranges();
        }
        CompiledNetwork network = compiled(footprint, ranges.length == 0 ? Precision.F32 : Precision.INT8);
        return ServedModel.load(files, network, ranges, settings, helpers);
    }

    private CompiledNetwork compiled(Footprint footprint, Precision precision) throws IOException {
        Compiled key = new Compiled(footprint.net(), precision);
        CompiledNetwork known = compiled.get(key);
        if (known != null && known.retain()) {
            return known;
        }
        CompiledNetwork made = new CompiledNetwork(key.net(), precision, settings, footprint.maxBatch(), known);
        compiled.put(key, made);
        return made;
    }
}
