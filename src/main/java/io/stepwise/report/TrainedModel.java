package io.stepwise.report;

import ai.djl.ndarray.NDManager;
import io.stepwise.diffusion.CounterNoise;
import io.stepwise.diffusion.Trajectory;
import io.stepwise.diffusion.sampler.Sampler;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.diffusion.sampler.SamplerOptions;
import io.stepwise.image.Pixels;
import io.stepwise.model.FlatWeights;
import io.stepwise.model.UNet;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.PipelineFolder;
import io.stepwise.repository.SchedulerBridge;
import io.stepwise.repository.SchedulerConfig;
import io.stepwise.training.kind.ImageMaker;
import io.stepwise.training.kind.ImageMaker.Start;
import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A published version, and how it samples: DDIM without fresh noise, laid out and clipped as the version's scheduler
 * says, which is what the service does by default.
 *
 * @param spacing of the noise levels
 * @param labels names of the classes, empty for an unconditional network
 * @param guided whether the network knows "no label", so that it can be guided
 * @param weights the published ones, in the order of the network's parameters
 */
@SuppressWarnings("ArrayRecordComponent") // loaded once, never compared
record TrainedModel(
        ModelVersion version, ImageMaker maker, String spacing, List<String> labels, boolean guided, float[] weights) {
    private static final int MOST_COLUMNS = 10;
    private static final int COLUMNS_WITHOUT_LABELS = 8;

    static TrainedModel read(ModelVersion version, int steps) throws IOException {
        PipelineFolder pipeline = version.pipeline();
        UNet net = UNet.of(pipeline.unetConfig());
        SchedulerConfig scheduler = pipeline.schedulerConfig();
        Integer rows = net.config().numClassEmbeds();
        List<String> labels =
                labels(rows == null ? 0 : rows, version.manifest().metadata().labels());
        ImageMaker maker = new ImageMaker(net, trajectory(scheduler, SamplerName.DDIM, steps), labels.size());
        boolean guided = rows != null && rows == labels.size() + 1;
        return new TrainedModel(version, maker, scheduler.layout(), labels, guided, pipeline.weights());
    }

    private static Trajectory trajectory(SchedulerConfig scheduler, SamplerName name, int steps) throws IOException {
        Sampler sampler = name.sampler(SamplerOptions.USUAL, SchedulerBridge.samplerDefaults(scheduler));
        return sampler.trajectory(SchedulerBridge.network(scheduler), steps);
    }

    /** The same model, sampled by another sampler with its usual options. */
    TrainedModel sampledBy(SamplerName sampler, int steps) throws IOException {
        Trajectory trajectory = trajectory(version.pipeline().schedulerConfig(), sampler, steps);
        ImageMaker other = new ImageMaker(net(), trajectory, labels.size());
        return new TrainedModel(version, other, spacing, labels, guided, weights);
    }

    /** The names given; else the numbers of the classes. */
    private static List<String> labels(int rows, List<String> named) {
        return rows == 0 || !named.isEmpty()
                ? named
                : IntStream.range(0, rows).mapToObj(Integer::toString).toList();
    }

    UNet net() {
        return (UNet) maker.net();
    }

    /** Images from noise; {@code otherWeights} as long as the network's own. */
    List<Pixels> images(NDManager manager, float[] otherWeights, List<Start> starts) {
        try (NDManager scope = manager.newSubManager()) {
            return maker.images(scope, FlatWeights.of(scope, net().parameters(), otherWeights), starts);
        }
    }

    /** Where {@code count} images of one seed start, labels taking turns. */
    List<Start> starts(long seed, int count, double guidance) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Start(seed, i, label(i), guidance))
                .toList();
    }

    /** The labels in an order in which neighbours differ: the list may go through colours and, within each, shapes. */
    private int label(int i) {
        int count = Math.max(1, labels.size());
        int stride = (count + MOST_COLUMNS - 1) / MOST_COLUMNS;
        while (BigInteger.valueOf(stride).gcd(BigInteger.valueOf(count)).intValue() > 1) {
            stride++;
        }
        return (int) ((long) i * stride % count);
    }

    /** Where the first image of each of {@code count} seeds starts in the service if no label is given. */
    List<Start> unlabelled(int count) {
        return IntStream.range(0, count)
                .mapToObj(seed ->
                        new Start(seed, 0, labels.isEmpty() ? 0 : CounterNoise.choice(seed, 0, labels.size()), 1))
                .toList();
    }

    /** How many columns {@link #row} has. */
    int columns() {
        return labels.isEmpty() ? COLUMNS_WITHOUT_LABELS : Math.min(MOST_COLUMNS, labels.size());
    }

    /** The columns' labels; empty when there are none. */
    List<String> columnNames() {
        return labels.isEmpty()
                ? List.of()
                : IntStream.range(0, columns())
                        .mapToObj(i -> labels.get(label(i)))
                        .toList();
    }

    /** A row of images: one noise under several labels; without labels, one seed's first images. */
    List<Start> row(long seed, double guidance) {
        return IntStream.range(0, columns())
                .mapToObj(i -> labels.isEmpty() ? new Start(seed, i, 0, 1) : new Start(seed, 0, label(i), guidance))
                .toList();
    }
}
