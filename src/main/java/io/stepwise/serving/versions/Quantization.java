package io.stepwise.serving.versions;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.diffusion.Trajectory;
import io.stepwise.evaluation.ImageSet;
import io.stepwise.evaluation.SlicedWasserstein;
import io.stepwise.image.Pixels;
import io.stepwise.model.CpuFeatures;
import io.stepwise.model.FlatWeights;
import io.stepwise.model.InferenceNetwork;
import io.stepwise.model.Network;
import io.stepwise.model.NetworkProgram;
import io.stepwise.model.Precision;
import io.stepwise.model.UNet;
import io.stepwise.sampling.Row;
import io.stepwise.sampling.StepLoop;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.torchscript.Gpus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The choice between int8 and float32 for a version that is configured for int8. The version makes some images in float32, during
 * which the ranges of the convolutions' inputs are recorded, and the same images in int8. It keeps to float32 if they differ too
 * much.
 *
 * <p>INVARIANT: the choice and the ranges depend only on the version, the processor and the number of threads. So a restart gives
 * the same bits.
 *
 * @param files the version
 * @param threads native threads of the calling thread
 */
record Quantization(VersionFiles files, int threads) {
    private static final Logger LOG = Logger.getLogger(Quantization.class);
    private static final int IMAGES = 8;
    private static final int ROWS = 2; // for which there is always memory
    private static final SlicedWasserstein DISTANCE = new SlicedWasserstein(256, 4, 32, 0);
    private static final float[] FLOAT32 = {};

    /**
     * The images in int8 may be farther from those in float32 than these are from themselves (patches at other places) by this
     * share of the distance between two halves of them.
     */
    private static final double MOST = .05;

    /** The ranges of the convolutions' inputs for int8; empty if the version is computed in float32, and then the log says why. */
    float[] ranges() throws IOException {
        String reason = unable();
        if (reason != null) {
            return refused(reason);
        }
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            FlatWeights weights = FlatWeights.empty(manager, net().parameters());
            files.readWeights(weights::put);
            return measured(manager, weights);
        }
    }

    private float[] refused(String reason) {
        LOG.warnf("%s is computed in float32, not in int8: %s", name(), reason);
        return FLOAT32;
    }

    private @Nullable String unable() {
        if (Gpus.count() > 0) {
            return "it is for processors, and this machine has a GPU";
        }
        if (!CpuFeatures.here().fastInt8()) {
            return "this processor has no AVX512-VNNI";
        }
        if (!(net() instanceof UNet)) {
            return "it is for networks of diffusion models";
        }
        boolean small = Math.min(net().height(), net().width()) < ImageSet.LEAST_SIDE;
        return small ? "its images are too small for the sliced Wasserstein distance" : null;
    }

    private float[] measured(NDManager manager, FlatWeights weights) throws IOException {
        String methods = StepLoop.methods(image());
        List<Pixels> exact;
        float[] ranges;
        try (NetworkProgram program = NetworkProgram.recording(manager, net(), threads, methods);
                InferenceNetwork network = program.network(manager, weights)) {
            exact = images(manager, network);
            ranges = network.ranges();
        }
        if (ranges.length == 0) {
            return refused("no convolution has enough channels");
        }
        try (NetworkProgram program = NetworkProgram.compile(manager, net(), Precision.INT8, threads, methods);
                InferenceNetwork network = program.network(manager, weights, ranges)) {
            return chosen(ranges, exact, images(manager, network));
        }
    }

    /** The {@code ranges} if the {@code rounded} images are as good as the {@code exact} ones; the log has the figures. */
    private float[] chosen(float[] ranges, List<Pixels> exact, List<Pixels> rounded) {
        double itself = distance(exact, exact);
        double halves = distance(exact.subList(0, IMAGES / 2), exact.subList(IMAGES / 2, IMAGES));
        double most = itself + MOST * halves;
        double distance = distance(exact, rounded);
        String figures = String.format(
                Locale.ROOT,
                "the sliced Wasserstein distance of int8 to float32 is %.1f, must be at most %.1f (float32 to itself %.1f, between "
                        + "other seeds %.1f)",
                distance,
                most,
                itself,
                halves);
        if (!(distance <= most)) {
            return refused(figures);
        }
        LOG.infof("%s is computed in int8: %s", name(), figures);
        return ranges;
    }

    private static double distance(List<Pixels> a, List<Pixels> b) {
        return DISTANCE.between(ImageSet.of(a), ImageSet.of(b)).average();
    }

    /** The images of a usual request. */
    private List<Pixels> images(NDManager manager, InferenceNetwork network) throws IOException {
        Sampling sampling = files.sampling();
        GenerationRequest request = sampling.completed(new GenerationRequest(
                null, null, IMAGES, 1, null, null, null, 1, GenerationRequest.DEFAULT_PRIORITY, null));
        Trajectory trajectory = sampling.get(request);
        List<Pixels> images = new ArrayList<>();
        try (StepLoop loop = StepLoop.of(manager, network.linked(), image(), ModelLabels.none(net().classes()))) {
            for (int first = 0; first < IMAGES; first += ROWS) {
                List<Row> rows = IntStream.range(first, first + ROWS)
                        .mapToObj(i -> new Row(
                                trajectory, request.seed(), i, files.labels().number(request, i), 1))
                        .toList();
                while (!rows.get(0).isDone()) {
                    loop.step(rows);
                }
                for (Row row : rows) {
                    float[] state = loop.state(row);
                    images.add(Pixels.fromSigned(state, 0, net().channels(), net().height(), net().width()));
                    row.close();
                }
            }
        }
        return images;
    }

    private Network net() {
        return files.net();
    }

    private Shape image() {
        return new Shape(net().channels(), net().height(), net().width());
    }

    private String name() {
        return files.version().model() + " version " + files.version().number();
    }
}
