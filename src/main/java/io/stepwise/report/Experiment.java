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
 * @param body does the work
 */
record Experiment(String name, String title, List<String> trainings, String also, Body body) {
    /** The parts in the order in which they are shown. */
    static final List<Experiment> ALL = List.of(
            new Experiment("schedules", "Noise schedules", List.of(), PlainExperiments::schedules),
            new Experiment("cost", "Time and memory", List.of("sigmoid", "gan", "vae"), PlainExperiments::cost),
            new Experiment(
                    "kinds", "Three kinds of generator", List.of("sigmoid", "gan", "vae"), KindExperiments::kinds),
            new Experiment("colour", "Colours over the training", List.of("sigmoid", "gan"), KindExperiments::colour),
            new Experiment(
                    "cut", "The largest β", List.of("sigmoid", "learned", "cosine-cut"), DiffusionExperiments::cut),
            new Experiment(
                    "balance",
                    "Balance of a GAN's networks",
                    List.of("sigmoid", "gan-1-1", "gan-2-1", "gan-5-1"),
                    "gan-",
                    KindExperiments::balance),
            new Experiment(
                    "short",
                    "500 timesteps",
                    List.of("short", "short-doubled", "sigmoid", "learned"),
                    DiffusionExperiments::shortened),
            new Experiment(
                    "samplers", "Skipped steps and fresh noise", List.of("learned"), DiffusionExperiments::samplers),
            new Experiment("bits", "Bits per dimension", List.of("learned"), DiffusionExperiments::bits),
            new Experiment("edm", "EDM: deterministic and stochastic", List.of("edm"), DiffusionExperiments::edm));

    /** Makes the pictures and measures. */
    interface Body {
        /** @return every number */
        ObjectNode run(StudyBench bench) throws IOException;
    }

    Experiment {
        trainings = List.copyOf(trainings);
    }

    private Experiment(String name, String title, List<String> trainings, Body body) {
        this(name, title, trainings, "none but those", body);
    }
}
