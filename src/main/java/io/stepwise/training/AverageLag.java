package io.stepwise.training;

import io.stepwise.diffusion.EmaDecay;
import io.stepwise.training.spec.TrainingSpec;
import java.util.Locale;
import java.util.Optional;

/**
 * Tells when an average of the weights lags so far behind them that images made with it are near to noise, although the
 * network has learned. The measure is how much of the average is older than the first tenth of the steps.
 */
final class AverageLag {
    private static final double TOO_MUCH = .1;

    private AverageLag() {}

    /** A warning with its remedies; empty if the average after {@code step} keeps up. */
    static Optional<String> of(TrainingSpec spec, int step) {
        EmaDecay decay = spec.emaSchedule();
        int tenth = step / 10;
        double share = decay.shareBefore(tenth, step);
        if (share <= TOO_MUCH) {
            return Optional.empty();
        }
        double largest = Math.pow(TOO_MUCH, 1.0 / (step - tenth));
        return Optional.of(String.format(
                Locale.ROOT,
                "the averaged weights lag: after %d steps, %.0f %% of them are older than step %d. Leave ema_warmup at its"
                        + " default, set ema_decay to at most %.4g, or train longer (with ema_decay %s, about %.0f steps)",
                step,
                100 * share,
                tenth,
                Math.floor(largest * 1e4) / 1e4,
                spec.emaDecay(),
                Math.log(TOO_MUCH) / Math.log(spec.emaDecay()) / .9));
    }
}
