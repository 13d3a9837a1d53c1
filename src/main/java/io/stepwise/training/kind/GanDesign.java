package io.stepwise.training.kind;

import ai.djl.ndarray.NDManager;
import io.stepwise.data.ImageDataset;
import io.stepwise.model.ParameterSpec;
import io.stepwise.model.Script;
import io.stepwise.model.latent.Dcgan;
import io.stepwise.repository.LatentFolder;
import io.stepwise.training.checkpoint.Checkpoint;
import io.stepwise.training.spec.GanSpec;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A DCGAN before its training. It starts as in Radford et al. 2016, section 4: weights of standard deviation 0.02, those of
 * batch norms around 1.
 */
record GanDesign(TrainingSpec spec, Dcgan net, List<String> labels) implements Design {
    private static final double DEVIATION = .02;

    static GanDesign of(TrainingSpec spec, List<String> labels) {
        GanSpec gan = Objects.requireNonNull(spec.gan());
        return new GanDesign(
                spec,
                new Dcgan(
                        LatentDesigns.shape(spec, labels, "gan", gan.latentSize(), gan.channels(), gan.conditional())),
                labels);
    }

    @Override
    public List<ParameterSpec> parameters() {
        return net.trained();
    }

    @Override
    public int optimizers() {
        return 2;
    }

    @Override
    public float[] initialWeights() {
        float[] values = new float[Math.toIntExact(parameterCount())];
        int at = 0;
        for (ParameterSpec parameter : parameters()) {
            RandomGenerator random =
                    new SplittableRandom(spec.seed() ^ parameter.name().hashCode() * 0x9E3779B97F4A7C15L);
            for (int end = at + (int) parameter.size(); at < end; at++) {
                values[at] = (float) initial(parameter, random);
            }
        }
        return values;
    }

    private static double initial(ParameterSpec parameter, RandomGenerator random) {
        String name = parameter.name();
        if (Script.isStatistic(parameter)) {
            return name.endsWith(".running_var") ? 1 : 0;
        }
        if (name.endsWith(".bias")) {
            return 0;
        }
        return (name.contains("norm") ? 1 : 0) + DEVIATION * random.nextGaussian();
    }

    /**
     * Both networks cost about the same, and a backward pass twice a forward pass: an update of the discriminator takes 7 forward
     * passes, one of the generator 6.
     */
    @Override
    public double workPerImage() {
        return (7 + 6.0 * Objects.requireNonNull(spec.gan()).updates()) * net.flops();
    }

    @Override
    public long activationBytes() {
        return net.activationBytes() * spec.batchSize();
    }

    @Override
    public Trainee begin(NDManager manager, Checkpoint from, ImageDataset dataset, @Nullable ImageDataset heldOut) {
        return new GanTrainee(this, manager, from);
    }

    /** Of the generator alone. */
    @Override
    public void write(Path folder, float[] weights) throws IOException {
        LatentFolder.write(folder, net, net.generatorOf(weights));
    }

    SampleGrid sampleGrid() {
        return LatentDesigns.sampleGrid(net, labels);
    }
}
