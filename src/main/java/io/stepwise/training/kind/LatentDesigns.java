package io.stepwise.training.kind;

import io.stepwise.diffusion.Trajectory;
import io.stepwise.model.Network;
import io.stepwise.model.latent.LatentShape;
import io.stepwise.schema.FieldChecks;
import io.stepwise.training.spec.TrainingSpec;
import java.util.List;

/** What the designs of a GAN and of a VAE have in common. */
final class LatentDesigns {
    private LatentDesigns() {}

    /**
     * The shape of the network: levels down to 4 × 4, and with classes one for each label and one for images without.
     *
     * @param field of the specification that describes the network, such as {@code gan}
     * @throws io.stepwise.schema.InvalidMessageException when it needs labels and there are none, or has too many numbers
     */
    static LatentShape shape(
            TrainingSpec spec, List<String> labels, String field, int latentSize, int channels, boolean conditional) {
        int size = spec.imageSize().width();
        int most = LatentShape.CHANNELS * size * size;
        new FieldChecks()
                .that(
                        "/" + field + "/conditional",
                        conditional,
                        !conditional || !labels.isEmpty(),
                        "false: the data set has no labels")
                .that(
                        "/" + field + "/latent_size",
                        latentSize,
                        latentSize <= most,
                        "at most " + most + ", the numbers of an image")
                .orThrow();
        return LatentShape.of(size, latentSize, channels, conditional ? labels.size() + 1 : null);
    }

    /** The sample grid of a network that makes images in one call. */
    static SampleGrid sampleGrid(Network net, List<String> labels) {
        List<String> known = net.classes() == null ? List.of() : labels;
        return new SampleGrid(new ImageMaker(net, Trajectory.direct(1), known.size()), known);
    }
}
