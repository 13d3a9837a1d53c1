package io.stepwise.bench.load;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.diffusion.Trajectory;
import io.stepwise.image.Pixels;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.sampling.Denoiser;
import io.stepwise.sampling.StepLoop;
import io.stepwise.serving.FieldError;
import io.stepwise.serving.GenerationRequest;
import io.stepwise.serving.ServedModel;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The version that everything but the product's own scheduler computes with: one copy of its weights, as the product
 * loads them. The caller closes it after all loops made of it.
 */
final class LoadedModel implements AutoCloseable {
    private final NDManager manager;
    private final ServedModel served;

    private LoadedModel(NDManager manager, ServedModel served) {
        this.manager = manager;
        this.served = served;
    }

    /** Verifies and loads {@code version}, and warms it up. */
    static LoadedModel load(ModelRepository repository, ModelVersion version) throws IOException {
        NDManager manager = NDManager.newBaseManager();
        try {
            return new LoadedModel(manager, ServedModel.load(repository, version, manager));
        } catch (IOException | RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /** A step loop over this network for one thread, which closes it. */
    StepLoop newLoop() {
        return new StepLoop(manager, served.denoiser(), image(), served.labelNumber(null));
    }

    /** Owner of long-lived tensors. */
    NDManager manager() {
        return manager;
    }

    /** The bare network; thread-safe. */
    Denoiser denoiser() {
        return served.denoiser();
    }

    /** Shape of an image, {@code [C,H,W]}. */
    Shape image() {
        return new Shape(served.channels(), served.height(), served.width());
    }

    /** What can't be done of {@code request}. */
    List<FieldError> check(GenerationRequest request) {
        return served.check(request);
    }

    /** The steps that {@code request} asks for. */
    Trajectory trajectory(GenerationRequest request) {
        return served.trajectory(request);
    }

    /** The class of a label that {@link #check} has found good. */
    int labelNumber(@Nullable String label) {
        return served.labelNumber(label);
    }

    /** Names of its classes; empty when it has none. */
    List<String> labels() {
        return served.labels();
    }

    /** An image of a row's final state. */
    Pixels pixels(float[] state) {
        return Pixels.fromSigned(state, 0, served.channels(), served.height(), served.width());
    }

    /** Which version it is. */
    ModelVersion version() {
        return served.version();
    }

    /** SHA-256 of its weights file. */
    String checkpointSha256() {
        return served.checkpointSha256();
    }

    @Override
    public void close() {
        served.close();
        manager.close();
    }
}
