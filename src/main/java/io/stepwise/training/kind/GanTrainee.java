package io.stepwise.training.kind;

import ai.djl.ndarray.NDManager;
import io.stepwise.data.BatchLoader;
import io.stepwise.data.ImageBatch;
import io.stepwise.image.Pixels;
import io.stepwise.model.FlatWeights;
import io.stepwise.model.latent.GanNetwork;
import io.stepwise.model.training.OptimizedWeights;
import io.stepwise.model.training.OptimizerStep;
import io.stepwise.training.checkpoint.Checkpoint;
import io.stepwise.training.checkpoint.LossSums;
import io.stepwise.training.run.MetricsRow;
import io.stepwise.training.spec.GanSpec;
import io.stepwise.training.spec.Metric;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A GAN in training (Goodfellow et al. 2014, algorithm 1). A step is an update of the discriminator by a batch of images and as
 * many made ones, and then {@code updates} updates of the generator, each by other latent vectors.
 */
final class GanTrainee implements Trainee {
    /** A discriminator that is right more often than this teaches the generator little. */
    static final double TOO_RIGHT = .98;

    /** Steps for which it must be. */
    static final int FOR_LONG = 500;

    private static final int ON_REAL = 0; // columns of the network's rows and of the tally
    private static final int ON_MADE = 1;
    private static final int RIGHT_ON_REAL = 2;
    private static final int RIGHT_ON_MADE = 3;
    private static final int GENERATOR = 4;
    private static final int VERDICTS = 4;
    private static final int COLUMNS = 5;

    private final GanDesign design;
    private final int updates;
    private final LatentDraws draws;
    private final GanNetwork network;
    private Tally tally;

    GanTrainee(GanDesign design, NDManager manager, Checkpoint from) {
        this.design = design;
        GanSpec gan = Objects.requireNonNull(design.spec().gan());
        updates = gan.updates();
        draws = new LatentDraws(design.net().shape(), design.spec().seed(), 1 + updates);
        tally = new Tally(COLUMNS, from.position().sinceRow());
        network = new GanNetwork(manager, design.net(), from.weights());
        tensors().restore(from.weights(), from.average(), from.optimizer());
    }

    @Override
    public Step step(int step, BatchLoader loader, OptimizerStep optimizer) throws InterruptedException {
        long number = loader.position();
        ImageBatch images = loader.nextBatch();
        float[] verdicts = network.discriminate(draws.of(images, number, 0));
        for (int i = 0; i < verdicts.length; i++) {
            tally.add(i % VERDICTS, verdicts[i]);
        }
        double bad = network.updateDiscriminator(optimizer);
        double loss = 0;
        double norm = 0;
        for (int update = 1; update <= updates; update++) {
            float[] losses = network.generate(draws.of(images, number, update));
            for (float each : losses) {
                tally.add(GENERATOR, each);
                loss += each / losses.length / updates;
            }
            norm = network.updateGenerator(optimizer);
            bad += norm;
        }
        return new Step(loss, Double.isFinite(bad) ? norm : bad);
    }

    @Override
    public Report report() {
        Report report = new Report(
                tally.mean(GENERATOR),
                Map.of(
                        Metric.GENERATOR_LOSS, tally.mean(GENERATOR),
                        Metric.DISCRIMINATOR_LOSS, tally.mean(ON_REAL) + tally.mean(ON_MADE),
                        Metric.ACCURACY_REAL, tally.mean(RIGHT_ON_REAL),
                        Metric.ACCURACY_MADE, tally.mean(RIGHT_ON_MADE)));
        tally = new Tally(COLUMNS, LossSums.NONE);
        return report;
    }

    /** Once when the discriminator has been too right for {@link #FOR_LONG} steps, and again after it was less so. */
    @Override
    public Optional<String> concern(MetricsRow last, Rows rows) throws IOException {
        boolean asks = last.step() % FOR_LONG == 0 && accuracy(last) > TOO_RIGHT;
        return asks && beginsToBeTooRight(last.step(), rows.all())
                ? Optional.of(String.format(
                        Locale.ROOT,
                        "the discriminator is right about more than %.0f %% of the images for %d steps: the generator learns "
                                + "little from it (more gan.updates, now %d, or fewer channels may help)",
                        100 * TOO_RIGHT,
                        FOR_LONG,
                        updates))
                : Optional.empty();
    }

    /** Whether it was too right in the last steps, and not in as many before. */
    static boolean beginsToBeTooRight(int step, List<MetricsRow> rows) {
        return isTooRight(rows, step - FOR_LONG, step)
                && (step == FOR_LONG || !isTooRight(rows, step - 2 * FOR_LONG, step - FOR_LONG));
    }

    private static boolean isTooRight(List<MetricsRow> rows, int after, int upTo) {
        return rows.stream()
                .filter(row -> row.step() > after && row.step() <= upTo)
                .allMatch(row -> accuracy(row) > TOO_RIGHT);
    }

    private static double accuracy(MetricsRow row) {
        return (row.measured(Metric.ACCURACY_REAL) + row.measured(Metric.ACCURACY_MADE)) / 2;
    }

    @Override
    public LossSums sums() {
        return tally.sums();
    }

    @Override
    public OptimizedWeights tensors() {
        return network.state();
    }

    @Override
    public Map<Metric, Double> heldOut() {
        return Map.of();
    }

    @Override
    public List<Pixels> images(int count) {
        try (NDManager scope = tensors().manager().newSubManager()) {
            return design.sampleGrid().images(scope, generator(scope, tensors().average()), count);
        }
    }

    @Override
    public byte[] sampleGrid() {
        try (NDManager scope = tensors().manager().newSubManager()) {
            FlatWeights raw = generator(scope, tensors().weights());
            return design.spec().emaDecay() == 0
                    ? design.sampleGrid().png(scope, raw)
                    : design.sampleGrid().png(scope, generator(scope, tensors().average()), raw);
        }
    }

    private FlatWeights generator(NDManager scope, FlatWeights trained) {
        return FlatWeights.of(scope, design.net().parameters(), design.net().generatorOf(trained.toArray()));
    }

    @Override
    public void close() {
        network.close();
    }
}
