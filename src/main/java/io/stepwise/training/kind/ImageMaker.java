package io.stepwise.training.kind;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.diffusion.Trajectory;
import io.stepwise.image.Pixels;
import io.stepwise.model.FlatWeights;
import io.stepwise.model.InferenceNetwork;
import io.stepwise.model.Network;
import io.stepwise.model.Precision;
import io.stepwise.sampling.Row;
import io.stepwise.sampling.StepLoop;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes images with a network that is being trained or judged, a few at a time. The same start gives the same image as
 * in the service.
 *
 * @param trajectory the way from noise to an image
 * @param noLabel the class that stands for no label; 0 for an unconditional network
 */
public record ImageMaker(Network net, Trajectory trajectory, int noLabel) {
    private static final int ROWS = 8;

    /**
     * Where an image starts.
     *
     * @param seed key of its noise
     * @param index number of the image under this seed
     * @param label its class; 0 for an unconditional network
     * @param guidance scale of classifier-free guidance, 1 is off
     */
    public record Start(long seed, int index, int label, double guidance) {}

    /** One image for each start; deterministic. The weights stay the caller's. */
    public List<Pixels> images(NDManager parent, FlatWeights weights, List<Start> starts) {
        Shape image = new Shape(net.channels(), net.height(), net.width());
        List<Pixels> images = new ArrayList<>();
        try (NDManager manager = parent.newSubManager();
                InferenceNetwork network = InferenceNetwork.load(manager, net, weights, Precision.F32);
                StepLoop loop = StepLoop.linked(manager, network::link, image, noLabel)) {
            for (int from = 0; from < starts.size(); from += ROWS) {
                images.addAll(together(loop, starts.subList(from, Math.min(starts.size(), from + ROWS))));
            }
        }
        return images;
    }

    private List<Pixels> together(StepLoop loop, List<Start> starts) {
        List<Row> rows = new ArrayList<>();
        for (Start start : starts) {
            rows.add(loop.start(trajectory, start.seed(), start.index(), start.label(), start.guidance()));
        }
        for (int step = 0; step < trajectory.steps().size(); step++) {
            loop.step(rows);
        }
        List<Pixels> images = new ArrayList<>();
        for (Row row : rows) {
            images.add(Pixels.fromSigned(loop.state(row), 0, net.channels(), net.height(), net.width()));
            loop.remove(row);
        }
        return images;
    }
}
