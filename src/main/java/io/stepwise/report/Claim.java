package io.stepwise.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.diffusion.NoiseSchedule;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;

/**
 * Something that was said about generators, and how the numbers of an experiment decide whether it holds.
 *
 * @param experiment whose numbers decide
 * @param rule decides by the values
 * @param format of the values, for people
 * @param values where they are, see {@link #value}
 */
record Claim(String experiment, String text, Predicate<double[]> rule, String format, List<String> values) {
    /**
     * What the numbers say.
     *
     * @param numbers in words
     */
    record Verdict(boolean holds, String numbers) {}

    private static final String SWD = "/sliced_wasserstein_average";
    private static final String KERNEL = "/likeness/kernel_distance";
    private static final String PRECISION = "/likeness/precision_recall/precision";
    private static final String COLOUR = "/measured/colour/mean_distance";
    private static final String DDIM = "/DDIM, η = 0.0/";

    /** All, in the order of the page; § and figures are the report's. */
    static final List<Claim> ALL = List.of(
            new Claim(
                    "schedules",
                    "β may be cut at 0.02 whatever the schedule (§ 2.1)",
                    v -> Math.max(v[0], Math.max(v[1], v[2])) <= NoiseSchedule.SIGNAL_LEAK,
                    "amplitude of the image left at t = T: sigmoid %.4f, linear %.4f, cosine %.4f instead of %.5f; above "
                            + NoiseSchedule.SIGNAL_LEAK + " sampling from pure noise starts where no training was",
                    "/sigmoid/signal_cut",
                    "/linear/signal_cut",
                    "/cosine/signal_cut",
                    "/cosine/signal"),
            new Claim(
                    "cut",
                    "Cutting β at 0.02 does not tint the images of cosine (§ 2.1, 3.1)",
                    v -> v[0] <= 1.5 * v[1],
                    "mean colour off by %.3f, without the cut %.3f",
                    "/cosine-cut" + COLOUR,
                    "/learned" + COLOUR),
            new Claim(
                    "short",
                    "500 timesteps with unchanged β distort the images (§ 3.2, figure 22)",
                    v -> v[0] > 1.2 * v[1],
                    "kernel distance %.0f, with β doubled %.0f; amplitude left at t = T %.3f and %.3f",
                    "/short/measured" + KERNEL,
                    "/short-doubled/measured" + KERNEL,
                    "/short/signal",
                    "/short-doubled/signal"),
            new Claim(
                    "short",
                    "Still, a good part of those images looks real (§ 3.2)",
                    v -> v[0] >= .25,
                    "precision %.2f",
                    "/short/measured" + PRECISION),
            new Claim(
                    "short",
                    "The cosine schedule makes right images (figure 23)",
                    v -> v[0] >= .5 && v[1] < v[2],
                    "precision %.2f; kernel distance %.0f, with 500 timesteps and unchanged β %.0f",
                    "/learned/measured" + PRECISION,
                    "/learned/measured" + KERNEL,
                    "/short/measured" + KERNEL),
            new Claim(
                    "short",
                    "Schedule and number of timesteps matter little, if no signal is left (§ 3.2)",
                    v -> greatest(v) <= 1.3 * Arrays.stream(v).min().orElseThrow(),
                    "SWD %.1f (T = 500, β doubled), %.1f (sigmoid), %.1f (cosine)",
                    "/short-doubled/measured" + SWD,
                    "/sigmoid/measured" + SWD,
                    "/learned/measured" + SWD),
            new Claim(
                    "kinds",
                    "Diffusion and GAN are level in sharpness and realism (§ 3.1, figures 8, 9)",
                    v -> v[0] / v[1] > .8 && v[0] / v[1] < 1.25 && Math.abs(v[2] - v[3]) <= .1,
                    "sharpness %.2f and %.2f of real faces', precision %.2f and %.2f",
                    "/diffusion/sharpness",
                    "/gan/sharpness",
                    "/diffusion" + PRECISION,
                    "/gan" + PRECISION),
            new Claim(
                    "kinds",
                    "The images of a VAE are too blurred (§ 3.1, figure 10)",
                    v -> v[0] < .85 && v[0] < Math.min(v[1], v[2]),
                    "sharpness %.2f; diffusion %.2f, GAN %.2f (EMA; real faces 1)",
                    "/vae_ema/sharpness",
                    "/diffusion_ema/sharpness",
                    "/gan_ema/sharpness"),
            new Claim(
                    "colour",
                    "Diffusion shifts the colours, most of all early (§ 3.1, figures 11, 12)",
                    v -> v[0] > v[1] && v[1] > 2 * v[2],
                    "mean colour off by %.3f at first, %.3f at the end; real faces %.3f",
                    "/diffusion/0",
                    "/diffusion/last",
                    "/real"),
            new Claim(
                    "colour",
                    "Averaging the weights removes the shift (§ 3.1, figure 13)",
                    v -> v[0] < v[1] / 2,
                    "in the second half %.3f with EMA, %.3f without",
                    "/diffusion_ema/later",
                    "/diffusion/later"),
            new Claim(
                    "kinds",
                    "Averaging helps a GAN, too (§ 3.1, figure 14)",
                    v -> v[0] < v[1],
                    "kernel distance %.0f against %.0f, SWD %.1f against %.1f",
                    "/gan_ema" + KERNEL,
                    "/gan" + KERNEL,
                    "/gan_ema" + SWD,
                    "/gan" + SWD),
            new Claim(
                    "kinds",
                    "With averages, diffusion is a little better than the GAN (§ 3.1)",
                    v -> v[0] < v[1],
                    "kernel distance %.0f against %.0f, SWD %.1f against %.1f",
                    "/diffusion_ema" + KERNEL,
                    "/gan_ema" + KERNEL,
                    "/diffusion_ema" + SWD,
                    "/gan_ema" + SWD),
            new Claim(
                    "cost",
                    "An image of diffusion takes hundreds of times as long as one of a GAN (§ 3.1: almost 1000)",
                    v -> v[0] >= 300,
                    "%.0f times with all timesteps",
                    "/image/ddpm : /image/gan"),
            new Claim(
                    "cost",
                    "With few steps the factor falls below 100",
                    v -> v[1] < 100,
                    "%.0f times with DDIM in 20 steps, %.0f times with DPM-Solver++ in 10",
                    "/image/ddim : /image/gan",
                    "/image/dpm : /image/gan"),
            new Claim(
                    "cost",
                    "A U-Net needs far more memory than a DCGAN (§ 3.2)",
                    v -> v[0] > 2,
                    "%.0f times as much for the activations of a training step",
                    "/sigmoid/activation_bytes : /gan/activation_bytes"),
            new Claim(
                    "cost",
                    "Diffusion takes a little longer to train than the GAN (§ 3.2)",
                    v -> v[0] > 1 && v[0] < 2,
                    "%.2f times the processor time for each step",
                    "/sigmoid/seconds_per_step : /gan/seconds_per_step"),
            new Claim(
                    "balance",
                    "1:1, the discriminator is right almost always (§ 3.2, figure 15)",
                    v -> v[0] > .9,
                    "right about %.2f of the images at the end",
                    "/updates_1/*/accuracy"),
            new Claim(
                    "balance",
                    "1:2, it is still right too often at the end (§ 3.2, figure 17)",
                    v -> v[0] > .8,
                    "right about %.2f of the images at the end",
                    "/updates_2/*/accuracy"),
            new Claim(
                    "balance",
                    "1:5, it is right about half of the images (§ 3.2)",
                    v -> Math.abs(v[0] - .5) <= .1,
                    "right about %.2f of the images at the end",
                    "/updates_5/*/accuracy"),
            new Claim(
                    "balance",
                    "1:5, the images are blurred (§ 3.2, figure 16)",
                    v -> v[0] < .9 * v[1],
                    "sharpness %.2f, at 1:2 %.2f",
                    "/updates_5/*/measured/sharpness",
                    "/updates_2/*/measured/sharpness"),
            new Claim(
                    "balance",
                    "The training of diffusion is steadier than that of a GAN (§ 3.2, figures 15 to 18)",
                    v -> v[0] < (v[1] + v[2] + v[3]) / 3,
                    "deviation of the loss in the second half, in parts of its mean: %.2f; of GANs %.2f, %.2f, %.2f",
                    "/diffusion_unrest",
                    "/updates_1/*/unrest",
                    "/updates_2/*/unrest",
                    "/updates_5/*/unrest"),
            new Claim(
                    "samplers",
                    "DDIM may skip steps: some 20 are enough (blog on DDIM)",
                    v -> v[0] <= 1.15 * v[1],
                    "SWD %.1f with 20 steps, %.1f with 50",
                    DDIM + "20" + SWD,
                    DDIM + "50" + SWD),
            new Claim(
                    "samplers",
                    "With few steps, less fresh noise (η) is better (blog on DDIM)",
                    v -> v[0] < v[1],
                    "SWD with 10 steps %.1f at η = 0, %.1f at η = 1",
                    DDIM + "10" + SWD,
                    "/DDIM, η = 1.0/10" + SWD),
            new Claim(
                    "edm",
                    "A method of second order needs few steps (notes on EDM)",
                    v -> v[0] <= 1.15 * v[1],
                    "SWD %.1f with 10 steps of Heun, %.1f with 50",
                    "/deterministic/10" + SWD,
                    "/deterministic/50" + SWD),
            new Claim(
                    "edm",
                    "Fresh noise corrects errors of earlier steps (notes on EDM)",
                    v -> v[0] < v[1],
                    "SWD with 50 steps %.1f with churn, %.1f without",
                    "/stochastic/50" + SWD,
                    "/deterministic/50" + SWD),
            new Claim(
                    "bits",
                    "Learning the variance as well is better (§ 1.2)",
                    v -> v[0] < v[1] - v[2],
                    "%.2f bits per dimension, %.2f with the fixed variance of the same network; standard error %.2f",
                    "/learned/mean",
                    "/fixed/mean",
                    "/learned/standard_error"));

    private Claim(String experiment, String text, Predicate<double[]> rule, String format, String... values) {
        this(experiment, text, rule, format, List.of(values));
    }

    private static double greatest(double[] values) {
        return Arrays.stream(values).max().orElseThrow();
    }

    /** Whether it holds by these numbers of its experiment. */
    Verdict judge(JsonNode numbers) {
        double[] found =
                values.stream().mapToDouble(each -> value(numbers, each)).toArray();
        Object[] shown = Arrays.stream(found).boxed().toArray();
        return new Verdict(rule.test(found), String.format(Locale.ROOT, format, shown));
    }

    /**
     * @param at a JSON pointer; {@code a : b} is the ratio of two, {@code /*} the mean over the elements of an array,
     *     {@code /last} its last element, {@code /later} the mean over its second half
     */
    static double value(JsonNode numbers, String at) {
        String[] ratio = at.split(" : ");
        if (ratio.length == 2) {
            return value(numbers, ratio[0]) / value(numbers, ratio[1]);
        }
        int all = at.indexOf("/*");
        if (all >= 0) {
            return mean(numbers.at(at.substring(0, all)), at.substring(all + 2), 0);
        }
        JsonNode array = numbers.at(at.substring(0, at.lastIndexOf('/')));
        if (array.isArray() && at.endsWith("/later")) {
            return mean(array, "", array.size() / 2);
        }
        JsonNode value = array.isArray() && at.endsWith("/last") ? array.path(array.size() - 1) : numbers.at(at);
        if (!value.isNumber()) {
            throw new IllegalStateException(at + " must be a number, and is " + value);
        }
        return value.doubleValue();
    }

    private static double mean(JsonNode array, String below, int from) {
        return StreamSupport.stream(array.spliterator(), false)
                .skip(from)
                .mapToDouble(each -> below.isEmpty() ? each.doubleValue() : value(each, below))
                .average()
                .orElseThrow();
    }
}
