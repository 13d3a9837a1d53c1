package io.stepwise.training;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.diffusion.Ddim;
import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.Spacing;
import io.stepwise.diffusion.Trajectory;
import io.stepwise.image.ContactSheet;
import io.stepwise.image.Pixels;
import io.stepwise.image.Png;
import io.stepwise.model.FlatWeights;
import io.stepwise.model.InferenceNetwork;
import io.stepwise.model.Precision;
import io.stepwise.model.UNet;
import io.stepwise.sampling.Row;
import io.stepwise.sampling.StepLoop;
import java.util.ArrayList;
import java.util.List;

/**
 * Images that a network makes by itself: DDIM in {@link #STEPS} steps without guidance, always from the same noise, so
 * that the grids of a run can be compared.
 */
final class SampleGrid {
    static final int STEPS = 20;
    private static final long SEED = 0;
    private static final int COLUMNS = 8;
    private static final int COUNT = 32;

    private final UNet net;
    private final Trajectory trajectory;
    private final int classes;

    /** @param classes how many labels there are; 0 for an unconditional network */
    SampleGrid(UNet net, DiscreteTime network, int classes) {
        this.net = net;
        this.classes = classes;
        trajectory = Ddim.of(0, Spacing.TRAILING).trajectory(network, STEPS);
    }

    /** The grid as PNG; the label of image i is i modulo the number of labels. */
    byte[] png(NDManager manager, FlatWeights weights) {
        return Png.encode(new ContactSheet(COLUMNS).of(images(manager, weights, COUNT)));
    }

    /** {@code count} images; deterministic. */
    List<Pixels> images(NDManager parent, FlatWeights weights, int count) {
        Shape image = new Shape(net.config().inChannels(), net.height(), net.width());
        List<Pixels> images = new ArrayList<>();
        try (NDManager manager = parent.newSubManager();
                InferenceNetwork network = InferenceNetwork.load(manager, net, weights, Precision.F32);
                StepLoop loop = new StepLoop(manager, network::forward, image, classes)) {
            for (int start = 0; start < count; start += COLUMNS) {
                List<Row> rows = new ArrayList<>();
                for (int i = start; i < Math.min(count, start + COLUMNS); i++) {
                    rows.add(loop.start(trajectory, SEED, i, classes == 0 ? 0 : i % classes, 1));
                }
                for (int step = 0; step < trajectory.steps().size(); step++) {
                    loop.step(rows);
                }
                for (Row row : rows) {
                    images.add(Pixels.fromSigned(
                            loop.state(row), 0, net.config().inChannels(), net.height(), net.width()));
                    loop.remove(row);
                }
            }
        }
        return images;
    }
}
