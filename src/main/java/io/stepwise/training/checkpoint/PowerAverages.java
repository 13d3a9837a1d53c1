package io.stepwise.training.checkpoint;

import io.stepwise.diffusion.EmaDecay;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Averages of the weights whose profiles are powers of the time, from which an average of any width is made afterwards
 * (Karras et al. 2024, https://arxiv.org/abs/2312.02696, section 3).
 *
 * @param since the step after which they began: 0, or that of a checkpoint without them
 * @param averages one for each of {@link #WIDTHS}, each with every parameter in the network's order
 */
public record PowerAverages(int since, List<float[]> averages) {
    /** The standard deviations of their profiles, as shares of the steps; the paper's. */
    public static final List<Double> WIDTHS = List.of(.05, .10);

    private static final List<EmaDecay> DECAYS = WIDTHS.stream()
            .map(width -> (EmaDecay) EmaDecay.PowerFunction.ofWidth(width))
            .toList();

    public PowerAverages {
        averages = List.copyOf(averages);
    }

    /** Averages that begin after {@code step}; the first update makes them copies of the weights. */
    public static PowerAverages from(int step, float[] weights) {
        return new PowerAverages(step, Collections.nCopies(WIDTHS.size(), weights));
    }

    /** The decays of the averages after step {@code step}, which is after {@code since}. */
    public static List<Double> decays(int since, int step) {
        List<Double> decays = new ArrayList<>();
        DECAYS.forEach(decay -> decays.add(decay.at(step - since)));
        return decays;
    }
}
