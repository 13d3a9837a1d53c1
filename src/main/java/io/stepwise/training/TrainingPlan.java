package io.stepwise.training;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.stepwise.data.ImageDataset;
import io.stepwise.data.store.HeldOut;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.Parameterization;
import io.stepwise.diffusion.sampler.Ddpm;
import io.stepwise.model.training.OptimizerState;
import io.stepwise.model.Precision;
import io.stepwise.model.training.TrainingNetwork;
import io.stepwise.model.UNet;
import io.stepwise.schema.FieldChecks;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.training.checkpoint.Checkpoint;
import io.stepwise.training.checkpoint.ObjectiveState;
import io.stepwise.training.checkpoint.PowerAverages;
import io.stepwise.training.checkpoint.TrainingPosition;
import io.stepwise.training.objective.Objective;
import io.stepwise.training.spec.Metric;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.TrainingSpecJson;
import io.stepwise.training.spec.Validation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A specification together with its data set: everything that a run needs and that can be wrong before it starts.
 *
 * @param spec the specification
 * @param dataset the training images; remains the caller's
 * @param heldOut the images for validation; null if there are none; remains the caller's
 * @param net the network
 */
public record TrainingPlan(TrainingSpec spec, ImageDataset dataset, @Nullable ImageDataset heldOut, UNet net) {

    /**
     * Divides the data set into images for training and for validation.
     *
     * @param all images of the data set; remains the caller's
     * @throws InvalidMessageException when the parts do not fit together
     */
    public static TrainingPlan of(TrainingSpec spec, ImageDataset all) {
        UNet net = UNetPresets.resolve(spec, all.labels().size());
        Validation validation = spec.validation();
        double share = validation == null ? 0 : validation.share();
        HeldOut parts = HeldOut.of(all, share);
        boolean suffices = parts.validation() != null || !spec.decidesBy(Metric.VALIDATION_LOSS);
        new FieldChecks()
                .that(
                        "/validation/share",
                        share,
                        suffices,
                        "more: it holds out " + parts.chosen() + " of " + all.size()
                                + " images, and validation_loss, which decides here, needs " + HeldOut.LEAST)
                .orThrow();
        return new TrainingPlan(spec, parts.training(), parts.validation(), net);
    }

    /**
     * The plan with a number for the σ_data of edm: the one given, else {@code known}, else the one of the data set.
     *
     * @param known of the checkpoint that the run starts from
     */
    TrainingPlan measured(ObjectiveState known) {
        if (spec.sigmaData() == null || spec.sigmaData().value() != null) {
            return this;
        }
        double sigmaData = known.sigmaData() == null ? PixelDeviation.of(dataset) : known.sigmaData();
        return new TrainingPlan(TrainingSpecJson.with(spec, Map.of("sigma_data", sigmaData)), dataset, heldOut, net);
    }

    /** Warnings for people before the run starts. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (spec.schedule() != null && spec.noiseSchedule().leaksSignal()) {
            warnings.add(String.format(
                    Locale.ROOT,
                    "the schedule leaves signal at its last timestep: sqrt(alphas_cumprod[T-1]) is %.4f, above %.2f; "
                            + "sampling from pure noise will tint the images (use an unclipped or zero-terminal-SNR schedule)",
                    spec.noiseSchedule().terminalSignal(),
                    NoiseSchedule.SIGNAL_LEAK));
        }
        if (heldOut == null
                && spec.validation() != null
                && !spec.validation().equals(TrainingSpec.defaults().validation())) {
            warnings.add("the share of held-out images is too small for " + dataset.size() + " images: all are trained"
                    + " on, and there is no validation loss");
        }
        if (spec.publish() != TrainingSpec.Publish.NEVER) {
            AverageLag.of(spec, spec.steps()).ifPresent(warnings::add);
        }
        if (spec.batchSize() > dataset.size()) {
            warnings.add("a batch of " + spec.batchSize() + " images is more than the data set's " + dataset.size()
                    + ": it will hold some of them twice");
        }
        return warnings;
    }

    /** The class that means "no label"; -1 for an unconditional network. */
    int noLabel() {
        return net.config().numClassEmbeds() == null ? -1 : dataset.labels().size();
    }

    /** What the network takes and predicts; the σ_data of edm must have been measured. */
    Parameterization network() {
        return Objective.network(spec);
    }

    /** The variance of its steps with ddpm. */
    Ddpm.Variance variance() {
        return spec.variance() == TrainingSpec.Variance.FIXED ? Ddpm.Variance.FIXED_SMALL : Ddpm.Variance.LEARNED_RANGE;
    }

    SampleGrid sampleGrid() {
        return new SampleGrid(net, network(), Math.max(0, noLabel()));
    }

    /** The state before the first step, with random weights. */
    Checkpoint start() {
        return start(WeightInitialization.of(net.parameters(), spec.seed()));
    }

    /** The state before the first step, with these weights. */
    Checkpoint start(float[] weights) {
        return new Checkpoint(TrainingPosition.START, weights, weights, OptimizerState.start(weights.length, 1));
    }

    /** A network in the state of {@code from}; the caller closes it. */
    TrainingNetwork network(NDManager manager, Checkpoint from) {
        TrainingNetwork network = new TrainingNetwork(manager, net, from.weights(), precision(), spec.loss());
        network.state().restore(from.weights(), from.average(), from.optimizer());
        if (spec.postHocEma()) {
            network.state().keepAverages(powers(from).averages());
        }
        return network;
    }

    /** The post-hoc averages of a checkpoint; if it has none, new ones that begin at its step. */
    static PowerAverages powers(Checkpoint from) {
        PowerAverages own = from.powers();
        return own == null ? PowerAverages.from(from.step(), from.weights()) : own;
    }

    /** The precision of the heavy operators on this machine. */
    Precision precision() {
        return spec.precision().here();
    }

    /** Makes dropout a function of the batch's number. */
    void seedDropout(long number) {
        if (net.config().dropout() > 0) {
            JniUtils.setSeed(spec.seed() * 0x9E3779B97F4A7C15L + number);
        }
    }
}
