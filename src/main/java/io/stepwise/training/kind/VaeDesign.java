package io.stepwise.training.kind;

import ai.djl.ndarray.NDManager;
import io.stepwise.data.ImageDataset;
import io.stepwise.model.ParameterSpec;
import io.stepwise.model.latent.Vae;
import io.stepwise.repository.LatentFolder;
import io.stepwise.training.checkpoint.Checkpoint;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.VaeSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A VAE before its training. */
record VaeDesign(TrainingSpec spec, Vae net, List<String> labels) implements Design {
    private static final int REORDERED_BYTES = 16; // per parameter; measured

    static VaeDesign of(TrainingSpec spec, List<String> labels) {
        VaeSpec vae = Objects.requireNonNull(spec.vae());
        return new VaeDesign(
                spec,
                new Vae(
                        LatentDesigns.shape(spec, labels, "vae", vae.latentSize(), vae.channels(), vae.conditional()),
                        vae.reconstruction()),
                labels);
    }

    @Override
    public List<ParameterSpec> parameters() {
        return net.parameters();
    }

    @Override
    public float[] initialWeights() {
        return WeightInitialization.of(net.parameters(), spec.seed());
    }

    @Override
    public double workPerImage() {
        return net.flops();
    }

    /** With the weights that oneDNN reorders for transposed convolutions, on every worker. */
    @Override
    public long activationBytes() {
        return net.activationBytes() * Math.min(spec.batchSize(), net.shape().samplesAtOnce())
                + REORDERED_BYTES * parameterCount();
    }

    @Override
    public Trainee begin(NDManager manager, Checkpoint from, ImageDataset dataset, @Nullable ImageDataset heldOut) {
        return new VaeTrainee(this, manager, from, heldOut);
    }

    @Override
    public void write(Path folder, float[] weights) throws IOException {
        LatentFolder.write(folder, net, weights);
    }

    SampleGrid sampleGrid() {
        return LatentDesigns.sampleGrid(net, labels);
    }
}
