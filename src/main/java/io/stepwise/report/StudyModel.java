package io.stepwise.report;

import ai.djl.ndarray.NDManager;
import io.stepwise.diffusion.Trajectory;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.diffusion.sampler.SamplerOptions;
import io.stepwise.image.Pixels;
import io.stepwise.model.FlatWeights;
import io.stepwise.model.Network;
import io.stepwise.model.ParameterSpec;
import io.stepwise.model.latent.Dcgan;
import io.stepwise.repository.LatentFolder;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.NetworkFolder;
import io.stepwise.repository.PipelineFolder;
import io.stepwise.repository.SchedulerBridge;
import io.stepwise.repository.SchedulerConfig;
import io.stepwise.training.checkpoint.Checkpoint;
import io.stepwise.training.kind.ImageMaker;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A generator of any kind that a study has trained.
 *
 * @param run has its metrics and all its checkpoints
 * @param scheduler of a diffusion model; null for other kinds
 * @param labels names of its classes
 */
record StudyModel(
        TrainingSpec spec,
        RunFolder run,
        ModelVersion version,
        Network net,
        @Nullable SchedulerConfig scheduler,
        List<String> labels) {
    /** Neighbours differ in colour and in shape. It has no factor in common with the number of labels of the faces. */
    private static final int LABEL_STRIDE = 11;

    /**
     * How a diffusion model is sampled; other kinds take no notice.
     *
     * @param steps 0 for all timesteps
     */
    record Way(SamplerName sampler, SamplerOptions options, int steps) {
        /** DDIM without fresh noise. */
        static Way ddim(int steps) {
            return new Way(SamplerName.DDIM, SamplerOptions.USUAL, steps);
        }
    }

    static StudyModel read(TrainingSpec spec, RunFolder run, ModelVersion version) throws IOException {
        NetworkFolder folder = version.network();
        List<String> labels = version.manifest().metadata().labels();
        return folder instanceof PipelineFolder pipeline
                ? new StudyModel(spec, run, version, pipeline.network(), pipeline.schedulerConfig(), labels)
                : new StudyModel(spec, run, version, ((LatentFolder) folder).network(), null, labels);
    }

    /** A checkpoint by the number of its step. */
    Checkpoint checkpoint(int step) throws IOException {
        List<ParameterSpec> trained = net instanceof Dcgan gan ? gan.trained() : net.parameters();
        return Checkpoint.read(run.checkpointFolder(step), trained);
    }

    /** Weights or their average, in the order of {@link #net}'s parameters; of a GAN the generator's. */
    float[] weights(Checkpoint checkpoint, boolean averaged) {
        float[] all = averaged ? checkpoint.average() : checkpoint.weights();
        return net instanceof Dcgan gan ? gan.generatorOf(all) : all;
    }

    /** The averaged weights of the last step. */
    float[] published() throws IOException {
        return weights(checkpoint(spec.steps()), true);
    }

    /** The first {@code count} images of seed 0, labels taking turns. */
    List<Pixels> images(NDManager manager, Way way, float[] weights, int count) throws IOException {
        ImageMaker maker = new ImageMaker(net, trajectory(way), net.classes() == null ? 0 : labels.size());
        try (NDManager scope = manager.newSubManager()) {
            return maker.images(
                    scope,
                    FlatWeights.of(scope, net.parameters(), weights),
                    IntStream.range(0, count)
                            .mapToObj(i -> new ImageMaker.Start(0, i, label(i), 1))
                            .toList());
        }
    }

    int label(int i) {
        return labels.isEmpty() ? 0 : (int) ((long) i * LABEL_STRIDE % labels.size());
    }

    private Trajectory trajectory(Way way) throws IOException {
        if (scheduler == null) {
            return Trajectory.direct(1);
        }
        int steps = way.steps() == 0 ? spec.timesteps() : way.steps();
        return way.sampler()
                .sampler(way.options(), SchedulerBridge.samplerDefaults(scheduler))
                .trajectory(SchedulerBridge.network(scheduler), steps);
    }
}
