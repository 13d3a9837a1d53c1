package io.stepwise.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;

/**
 * A part of a study. It makes pictures and numbers, which are kept: a study that goes on doesn't repeat it.
 *
 * @param name of the file that keeps its numbers
 * @param title for people
 * @param trainings names of those that it needs
 * @param also beginning of the names of others that it uses where they have ended, such as other seeds
 * @param figures its pictures in their order
 */
record Experiment(String name, String title, List<String> trainings, String also, Body body, List<Figure> figures) {
    /** The parts in the order in which they are shown. */
    static final List<Experiment> ALL = List.of(
            new Experiment(
                    "schedules",
                    "Noise schedules",
                    List.of(),
                    PlainExperiments::schedules,
                    List.of(
                            new Figure("schedules.png", "β, 1 − ᾱ and the log-SNR with β cut at 0.02 (figures 2, 3)"),
                            new Figure("noised.png", "One face along each of them, with the same noise (figure 4)"),
                            new Figure(
                                    "embedding.png",
                                    "The embedding of timesteps: a row for each timestep (figure 7)"))),
            new Experiment(
                    "cost", "Time and memory", List.of("sigmoid", "gan", "vae"), PlainExperiments::cost, List.of()),
            new Experiment(
                    "kinds",
                    "Three kinds of generator",
                    List.of("sigmoid", "gan", "vae"),
                    KindExperiments::kinds,
                    List.of(new Figure(
                            "kinds.png",
                            "About the same processor time of training, weights and their averages; each column has one seed and one label (figures 8, 9, 10,"
                                    + " 13, 14)"))),
            new Experiment(
                    "colour",
                    "Colours over the training",
                    List.of("sigmoid", "gan"),
                    KindExperiments::colour,
                    List.of(
                            new Figure("colour.png", "How far the mean colour is off, over the training"),
                            new Figure("early-diffusion.png", "Diffusion at each checkpoint (figures 11, 12)"),
                            new Figure("early-gan.png", "The GAN at each checkpoint (figures 19, 20)"))),
            new Experiment(
                    "cut",
                    "The largest β",
                    List.of("sigmoid", "learned", "cosine-cut"),
                    DiffusionExperiments::cut,
                    List.of(new Figure("cut.png", "Cosine with β cut at 0.02, and as it is usual"))),
            new Experiment(
                    "balance",
                    "Balance of a GAN's networks",
                    List.of("sigmoid", "gan-1-1", "gan-2-1", "gan-5-1"),
                    "gan-",
                    KindExperiments::balance,
                    List.of(
                            new Figure("losses.png", "Losses and accuracy, seed 1 (figures 15, 17, 18)"),
                            new Figure("balance.png", "Images at the end of training, seed 1 (figure 16)"))),
            new Experiment(
                    "short",
                    "500 timesteps",
                    List.of("short", "short-doubled", "sigmoid", "learned"),
                    DiffusionExperiments::shortened,
                    List.of(new Figure(
                            "short.png", "500 timesteps done wrong, done right, and 1000 (figures 21 to 23)"))),
            new Experiment(
                    "samplers",
                    "Skipped steps and fresh noise",
                    List.of("learned"),
                    DiffusionExperiments::samplers,
                    List.of(
                            new Figure(
                                    "samplers-steps.png",
                                    "Distance from real faces by the number of steps; less is better"),
                            new Figure(
                                    "samplers.png",
                                    "Few steps. DDIM clips the image that it predicts at each step; DPM-Solver++ does not, so errors of an unfinished network grow where no signal is left"))),
            new Experiment("bits", "Bits per dimension", List.of("learned"), DiffusionExperiments::bits, List.of()),
            new Experiment(
                    "edm",
                    "EDM: deterministic and stochastic",
                    List.of("edm"),
                    DiffusionExperiments::edm,
                    List.of(
                            new Figure(
                                    "edm-steps.png",
                                    "Distance from real faces by the number of steps of Heun's method"),
                            new Figure("edm.png", "Few steps"))));

    /**
     * A picture of an experiment.
     *
     * @param text above it
     */
    record Figure(String file, String text) {}

    interface Body {
        /** @return every number */
        ObjectNode run(StudyBench bench) throws IOException;
    }

    Experiment {
        trainings = List.copyOf(trainings);
        figures = List.copyOf(figures);
    }

    private Experiment(String name, String title, List<String> trainings, Body body, List<Figure> figures) {
        this(name, title, trainings, "none but those", body, figures);
    }
}
