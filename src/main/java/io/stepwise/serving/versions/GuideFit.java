package io.stepwise.serving.versions;

import io.stepwise.diffusion.Parameterization;
import io.stepwise.model.Network;
import org.jspecify.annotations.Nullable;

/**
 * Whether a version can guide another one: their outputs are subtracted, so they must predict the same.
 *
 * @param main the version that is guided
 * @param guide the version that guides
 */
public record GuideFit(ServedModel main, ServedModel guide) {
    /** The reason why it can't; null if it can. */
    public @Nullable String reason() {
        Parameterization wanted = main.sampling().parameterization();
        if (wanted == null) {
            return null; // it can't be guided, which its own checks say
        }
        String size = size(main.net());
        if (!size(guide.net()).equals(size)) {
            return guide + " makes images of " + size(guide.net()) + ", must be of " + size + " as those of " + main;
        }
        if (!wanted.equals(guide.sampling().parameterization())) {
            return guide + " predicts something else than " + main
                    + ", must have the same noise schedule and the same prediction";
        }
        ModelLabels labels = guide.labels();
        boolean same = labels.names().equals(main.labels().names())
                && labels.knowsNone() == main.labels().knowsNone();
        return same || labels.names().isEmpty() ? null : guide + " must have the classes of " + main + ", or none";
    }

    private static String size(Network net) {
        return net.width() + "x" + net.height() + " with " + net.channels() + " channels";
    }
}
