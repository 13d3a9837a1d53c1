package io.stepwise.report;

import ai.djl.ndarray.NDManager;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.image.Pixels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the same noise sampled in several ways: by each sampler, in few steps and in many, with the sampler's usual options
 * and without guidance.
 */
final class SamplerSweep {
    private static final List<SamplerName> SAMPLERS = List.of(SamplerName.DDIM, SamplerName.DPMPP_2M);
    private static final List<Integer> STEPS = List.of(5, 10, 20, 50, 250);
    private static final int SHOWN = 10;

    private SamplerSweep() {}

    /**
     * Measures, and draws a sheet with a row for each way.
     *
     * @param measurements of as many images as each way shall make
     */
    static void write(NDManager manager, TrainedModel model, Measurements measurements, ReportPictures pictures)
            throws IOException {
        List<String> ways = new ArrayList<>();
        List<Pixels> shown = new ArrayList<>();
        measurements.ofReal();
        for (SamplerName sampler : SAMPLERS) {
            for (int steps : STEPS) {
                String way = sampler.wireName() + ", " + steps + " steps";
                TrainedModel other = model.sampledBy(sampler, steps);
                List<Pixels> samples = measurements.ofSamples(manager, way, other, model.weights(), 1);
                shown.addAll(samples.subList(0, Math.min(SHOWN, samples.size())));
                ways.add(way);
            }
        }
        pictures.rows("samplers.png", shown, ways);
    }
}
