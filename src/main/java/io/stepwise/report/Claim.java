package io.stepwise.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.diffusion.NoiseSchedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/**
 * Something that was said about generators, and how the numbers of an experiment decide whether it holds.
 *
 * @param experiment whose numbers decide
 * @param text the claim
 * @param judge decides
 */
record Claim(String experiment, String text, Function<JsonNode, Verdict> judge) {
    /**
     * What the numbers say.
     *
     * @param numbers in words
     */
    record Verdict(boolean holds, String numbers) {}

    private static final String SWD = "/sliced_wasserstein_average";
    private static final String KERNEL = "/likeness/kernel_distance";
    private static final String PRECISION = "/likeness/precision_recall/precision";
    private static final double LEAK = NoiseSchedule.SIGNAL_LEAK;

    /** All, in the order of the page. */
    static final List<Claim> ALL = claims();

    private static List<Claim> claims() {
        List<Claim> all = new ArrayList<>();
        all.addAll(ofSchedules());
        all.addAll(ofKinds());
        all.addAll(ofCost());
        all.addAll(ofBalance());
        all.addAll(ofSampling());
        return List.copyOf(all);
    }

    private static List<Claim> ofSchedules() {
        return List.of(
                new Claim("schedules", "β may be cut at 0.02 whatever the schedule (§ 2.1)", n -> {
                    double most = Math.max(at(n, "/cosine/signal_cut"), at(n, "/sigmoid/signal_cut"));
                    return verdict(
                            most <= LEAK && at(n, "/linear/signal_cut") <= LEAK,
                            "amplitude of the image left at t = T: sigmoid %.4f, linear %.4f, cosine %.4f instead of %.5f;"
                                    + " above %.2f sampling from pure noise starts where no training was",
                            at(n, "/sigmoid/signal_cut"),
                            at(n, "/linear/signal_cut"),
                            at(n, "/cosine/signal_cut"),
                            at(n, "/cosine/signal"),
                            LEAK);
                }),
                new Claim("cut", "Cosine with β cut at 0.02 makes images of the right colours (§ 2.1, 3.1)", n -> {
                    double cut = at(n, "/cosine-cut/measured/colour/mean_distance");
                    double whole = at(n, "/learned/measured/colour/mean_distance");
                    return verdict(cut <= 1.5 * whole, "mean colour off by %.3f, without the cut %.3f", cut, whole);
                }),
                new Claim(
                        "short",
                        "500 timesteps with unchanged β distort the images (§ 3.2, figure 22)",
                        n -> worse(n, "short", "short-doubled", 1.2, "β doubled")),
                new Claim("short", "Still, a good part of those images looks real (§ 3.2)", n -> {
                    double precision = at(n, "/short/measured" + PRECISION);
                    return verdict(precision >= .25, "precision %.2f", precision);
                }),
                new Claim(
                        "short",
                        "The cosine schedule makes right images (figure 23)",
                        n -> worse(n, "short", "learned", 1, "cosine")),
                new Claim(
                        "short", "Schedule and number of timesteps matter little, if no signal is left (§ 3.2)", n -> {
                            double[] swd = {
                                at(n, "/short-doubled/measured" + SWD),
                                at(n, "/sigmoid/measured" + SWD),
                                at(n, "/learned/measured" + SWD)
                            };
                            double most = Math.max(swd[0], Math.max(swd[1], swd[2]));
                            double least = Math.min(swd[0], Math.min(swd[1], swd[2]));
                            return verdict(
                                    most <= 1.3 * least,
                                    "SWD %.1f (T = 500, β doubled), %.1f (sigmoid), %.1f (cosine)",
                                    swd[0],
                                    swd[1],
                                    swd[2]);
                        }));
    }

    private static Verdict worse(JsonNode n, String name, String other, double factor, String called) {
        double own = at(n, "/" + name + "/measured" + SWD);
        double others = at(n, "/" + other + "/measured" + SWD);
        return verdict(
                own > factor * others,
                "SWD %.1f, with %s %.1f; amplitude left at t = T %.3f and %.4f",
                own,
                called,
                others,
                at(n, "/" + name + "/signal"),
                at(n, "/" + other + "/signal"));
    }

    private static List<Claim> ofKinds() {
        return List.of(
                new Claim("kinds", "Diffusion and GAN are level in sharpness and realism (§ 3.1, figures 8, 9)", n -> {
                    double ratio = at(n, "/diffusion/sharpness") / at(n, "/gan/sharpness");
                    double apart = Math.abs(at(n, "/diffusion" + PRECISION) - at(n, "/gan" + PRECISION));
                    return verdict(
                            ratio > .8 && ratio < 1.25 && apart <= .1,
                            "sharpness %.2f and %.2f of real faces', precision %.2f and %.2f",
                            at(n, "/diffusion/sharpness"),
                            at(n, "/gan/sharpness"),
                            at(n, "/diffusion" + PRECISION),
                            at(n, "/gan" + PRECISION));
                }),
                new Claim("kinds", "The images of a VAE are too blurred (§ 3.1, figure 10)", n -> {
                    double vae = at(n, "/vae_ema/sharpness");
                    double others = Math.min(at(n, "/diffusion_ema/sharpness"), at(n, "/gan_ema/sharpness"));
                    return verdict(
                            vae < .85 && vae < others,
                            "sharpness %.2f; diffusion %.2f, GAN %.2f (EMA; real faces 1)",
                            vae,
                            at(n, "/diffusion_ema/sharpness"),
                            at(n, "/gan_ema/sharpness"));
                }),
                new Claim("colour", "Diffusion shifts the colours, most of all early (§ 3.1, figures 11, 12)", n -> {
                    JsonNode raw = n.path("diffusion");
                    double first = raw.get(0).doubleValue();
                    double last = raw.get(raw.size() - 1).doubleValue();
                    return verdict(
                            first > last && last > 2 * at(n, "/real"),
                            "mean colour off by %.3f at first, %.3f at the end; real faces %.3f",
                            first,
                            last,
                            at(n, "/real"));
                }),
                new Claim("colour", "Averaging the weights removes the shift (§ 3.1, figure 13)", n -> {
                    double raw = later(n.path("diffusion"));
                    double averaged = later(n.path("diffusion_ema"));
                    return verdict(averaged < raw / 2, "in the second half %.3f with EMA, %.3f without", averaged, raw);
                }),
                new Claim("kinds", "Averaging helps a GAN, too (§ 3.1, figure 14)", n -> lower(n, "gan_ema", "gan")),
                new Claim(
                        "kinds",
                        "With averages, diffusion is a little better than the GAN (§ 3.1)",
                        n -> lower(n, "diffusion_ema", "gan_ema")));
    }

    private static Verdict lower(JsonNode n, String name, String other) {
        double own = at(n, "/" + name + KERNEL);
        double others = at(n, "/" + other + KERNEL);
        return verdict(
                own < others,
                "kernel distance %.0f against %.0f, SWD %.1f against %.1f",
                own,
                others,
                at(n, "/" + name + SWD),
                at(n, "/" + other + SWD));
    }

    private static List<Claim> ofCost() {
        return List.of(
                new Claim(
                        "cost",
                        "An image of diffusion takes hundreds of times as long as one of a GAN (§ 3.1: almost 1000)",
                        n -> {
                            double ratio = at(n, "/image/ddpm") / at(n, "/image/gan");
                            return verdict(ratio >= 300, "%.0f times with all timesteps", ratio);
                        }),
                new Claim("cost", "No longer: few steps are enough, and the factor is below 100", n -> {
                    double dpm = at(n, "/image/dpm") / at(n, "/image/gan");
                    return verdict(
                            dpm < 100,
                            "%.0f times with DDIM in 20 steps, %.0f times with DPM-Solver++ in 10",
                            at(n, "/image/ddim") / at(n, "/image/gan"),
                            dpm);
                }),
                new Claim("cost", "A U-Net needs far more memory than a DCGAN (§ 3.2)", n -> {
                    double unet = at(n, "/sigmoid/activation_bytes");
                    double gan = at(n, "/gan/activation_bytes");
                    return verdict(
                            unet > 2 * gan,
                            "activations of a training step %.0f KiB and %.0f KiB an image",
                            unet / 1024,
                            gan / 1024);
                }),
                new Claim("cost", "Diffusion takes a little longer to train than the GAN (§ 3.2)", n -> {
                    double ratio = at(n, "/sigmoid/seconds_per_step") / at(n, "/gan/seconds_per_step");
                    return verdict(ratio > 1 && ratio < 2, "%.2f times the processor time for each step", ratio);
                }));
    }

    private static List<Claim> ofBalance() {
        return List.of(
                new Claim("balance", "1:1, the discriminator is right almost always (§ 3.2, figure 15)", n -> {
                    double accuracy = mean(n, 1, "/accuracy");
                    return verdict(accuracy > .9, "right about %.0f %% at the end", 100 * accuracy);
                }),
                new Claim("balance", "1:2, it is still right too often at the end (§ 3.2, figure 17)", n -> {
                    double accuracy = mean(n, 2, "/accuracy");
                    return verdict(accuracy > .8, "right about %.0f %% at the end", 100 * accuracy);
                }),
                new Claim("balance", "1:5, it is right about half of the images (§ 3.2)", n -> {
                    double accuracy = mean(n, 5, "/accuracy");
                    return verdict(Math.abs(accuracy - .5) <= .1, "right about %.0f %% at the end", 100 * accuracy);
                }),
                new Claim("balance", "1:5, the images are blurred (§ 3.2, figure 16)", n -> {
                    double own = mean(n, 5, "/measured/sharpness");
                    double other = mean(n, 2, "/measured/sharpness");
                    return verdict(own < .9 * other, "sharpness %.2f, at 1:2 %.2f", own, other);
                }),
                new Claim(
                        "balance",
                        "The training of diffusion is steadier than that of a GAN (§ 3.2, figures 15 to 18)",
                        n -> {
                            double gan = (mean(n, 1, "/unrest") + mean(n, 2, "/unrest") + mean(n, 5, "/unrest")) / 3;
                            return verdict(
                                    at(n, "/diffusion_unrest") < gan,
                                    "loss in the second half: deviation %.0f %% of its mean, of GANs %.0f %%",
                                    100 * at(n, "/diffusion_unrest"),
                                    100 * gan);
                        }));
    }

    private static List<Claim> ofSampling() {
        return List.of(
                new Claim("samplers", "DDIM may skip steps: some 20 are enough (blog on DDIM)", n -> {
                    double few = at(n, "/DDIM, η = 0.0/20" + SWD);
                    double many = at(n, "/DDIM, η = 0.0/50" + SWD);
                    return verdict(few <= 1.15 * many, "SWD %.1f with 20 steps, %.1f with 50", few, many);
                }),
                new Claim("samplers", "With few steps, less fresh noise (η) is better (blog on DDIM)", n -> {
                    double none = at(n, "/DDIM, η = 0.0/10" + SWD);
                    double full = at(n, "/DDIM, η = 1.0/10" + SWD);
                    return verdict(none < full, "SWD with 10 steps %.1f at η = 0, %.1f at η = 1", none, full);
                }),
                new Claim("edm", "A method of second order needs few steps (notes on EDM)", n -> {
                    double few = at(n, "/deterministic/10" + SWD);
                    double many = at(n, "/deterministic/50" + SWD);
                    return verdict(few <= 1.15 * many, "SWD %.1f with 10 steps of Heun, %.1f with 50", few, many);
                }),
                new Claim("edm", "Fresh noise corrects errors of earlier steps (notes on EDM)", n -> {
                    double fresh = at(n, "/stochastic/50" + SWD);
                    double none = at(n, "/deterministic/50" + SWD);
                    return verdict(fresh < none, "SWD with 50 steps %.1f with churn, %.1f without", fresh, none);
                }),
                new Claim("bits", "Learning the variance as well is better (§ 1.2)", n -> {
                    double learned = at(n, "/learned/mean");
                    double fixed = at(n, "/fixed/mean");
                    return verdict(
                            learned < fixed - at(n, "/learned/standard_error"),
                            "%.2f bits per dimension, %.2f with the fixed variance of the same network",
                            learned,
                            fixed);
                }));
    }

    private static Verdict verdict(boolean holds, String format, Object... values) {
        return new Verdict(holds, String.format(Locale.ROOT, format, values));
    }

    static double at(JsonNode numbers, String pointer) {
        JsonNode value = numbers.at(pointer);
        if (!value.isNumber()) {
            throw new IllegalStateException(pointer + " must be a number, and is " + value);
        }
        return value.doubleValue();
    }

    /** The mean over the runs with so many updates. */
    private static double mean(JsonNode numbers, int updates, String pointer) {
        return StreamSupport.stream(numbers.path("updates_" + updates).spliterator(), false)
                .mapToDouble(run -> at(run, pointer))
                .average()
                .orElseThrow();
    }

    /** The mean over the second half of the checkpoints. */
    private static double later(JsonNode values) {
        return StreamSupport.stream(values.spliterator(), false)
                .skip(values.size() / 2)
                .mapToDouble(JsonNode::doubleValue)
                .average()
                .orElseThrow();
    }
}
