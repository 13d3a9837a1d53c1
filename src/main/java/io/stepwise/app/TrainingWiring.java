package io.stepwise.app;

import io.stepwise.app.config.StepwiseConfig;
import io.stepwise.app.config.TrainConfig;
import io.stepwise.jobs.JobCheck;
import io.stepwise.jobs.Launcher;
import io.stepwise.jobs.LocalLauncher;
import io.stepwise.jobs.TrainingJobs;
import io.stepwise.jobs.kubernetes.JobTemplate;
import io.stepwise.jobs.kubernetes.KubernetesLauncher;
import io.stepwise.torchscript.Gpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Creates the parts that training jobs need. */
public final class TrainingWiring {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final int MOST_AT_ONCE = 64;
    private static final String TEMPLATE = "stepwise.train.kubernetes.template";

    private TrainingWiring() {}

    static TrainingJobs jobs(StepwiseConfig config) {
        TrainConfig train = config.train();
        return new TrainingJobs(
                config.runs(),
                launcher(config),
                new TrainingJobs.Settings(
                        train.parallel().orElseGet(() -> parallel(train)), train.crashes(), LOOK_EVERY, train.grace()),
                Clock.systemUTC(),
                RandomGenerator.getDefault());
    }

    private static int parallel(TrainConfig train) {
        return train.launcher() == TrainConfig.Launcher.KUBERNETES ? MOST_AT_ONCE : Math.max(1, Gpus.count());
    }

    private static @Nullable Launcher launcher(StepwiseConfig config) {
        return switch (config.train().launcher()) {
            case NONE -> null;
            case LOCAL -> localLauncher(config, config.runs());
            case KUBERNETES -> kubernetesLauncher(config.train());
        };
    }

    private static Launcher kubernetesLauncher(TrainConfig train) {
        JobTemplate template = template(train); // first, so that an error in it stops the start
        return new KubernetesLauncher(
                KubernetesLauncher.connect(),
                template,
                train.kubernetesSettings(),
                System.getenv("HOSTNAME"),
                Clock.systemUTC());
    }

    /** @throws IllegalArgumentException naming the key, its value and what is wrong with the file */
    private static JobTemplate template(TrainConfig train) {
        Path file = train.kubernetes().template().orElse(null);
        if (file == null) {
            return JobTemplate.shipped();
        }
        try {
            return JobTemplate.read(Files.readString(file));
        } catch (IOException e) {
            throw new IllegalArgumentException(TEMPLATE + " is " + file + ", which can't be read: " + e, e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(TEMPLATE + " is " + file + ": " + e.getMessage(), e);
        }
    }

    /** Creates the launcher that starts jobs on this machine. Their folders are in {@code runs}. */
    public static LocalLauncher localLauncher(StepwiseConfig config, Path runs) {
        TrainConfig train = config.train();
        String threads = Integer.toString(train.nativeThreads());
        Map<String, String> environment = new HashMap<>(train.variablesOfJobs());
        environment.putAll(Map.of("OMP_NUM_THREADS", threads, "MKL_NUM_THREADS", threads));
        return new LocalLauncher(
                new LocalLauncher.Settings(command(config, runs), environment, train.nice(), Gpus.count() > 0));
    }

    private static List<String> command(StepwiseConfig config, Path runs) {
        List<String> options = new ArrayList<>();
        config.train()
                .javaOptions()
                .ifPresent(all -> options.addAll(List.of(all.strip().split("\\s+"))));
        List<String> command = new ArrayList<>(OwnProgram.command(
                options,
                Map.of(
                        "stepwise.models", absolute(config.models()),
                        "stepwise.runs", absolute(runs),
                        "stepwise.datasets", absolute(config.datasets()))));
        command.add("train-job");
        return command;
    }

    private static String absolute(Path folder) {
        return folder.toAbsolutePath().toString();
    }

    static JobCheck check(StepwiseConfig config) {
        boolean here = config.train().launcher() != TrainConfig.Launcher.KUBERNETES;
        return new JobChecks(config, here ? null : memoryOfJobs(config.train()));
    }

    /** The memory limit of a Job; unknown if the memory of a GPU is the limit. */
    private static OptionalLong memoryOfJobs(TrainConfig train) {
        return train.kubernetes().gpus() > 0
                ? OptionalLong.empty()
                : template(train).memory();
    }
}
