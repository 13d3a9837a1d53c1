package io.stepwise.app;

import io.stepwise.data.Datasets;
import io.stepwise.jobs.JobCheck;
import io.stepwise.jobs.Launcher;
import io.stepwise.jobs.LocalLauncher;
import io.stepwise.jobs.TrainingJobs;
import io.stepwise.serving.EngineSettings;
import io.stepwise.training.TrainingCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Puts together what training jobs are made of. */
final class TrainingWiring {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private TrainingWiring() {}

    static TrainingJobs jobs(StepwiseConfig config) {
        TrainConfig train = config.train();
        int gpus = EngineSettings.gpusHere();
        return new TrainingJobs(
                config.runs(),
                launcher(config),
                new TrainingJobs.Settings(
                        train.parallel().orElse(Math.max(1, gpus)), train.crashes(), LOOK_EVERY, train.grace()),
                Clock.systemUTC(),
                RandomGenerator.getDefault());
    }

    private static @Nullable Launcher launcher(StepwiseConfig config) {
        return config.train().launcher() == TrainConfig.Launcher.NONE ? null : localLauncher(config, config.runs());
    }

    /** Starts jobs of this machine, whose folders lie in {@code runs}. */
    static LocalLauncher localLauncher(StepwiseConfig config, Path runs) {
        TrainConfig train = config.train();
        String threads = Integer.toString(
                train.threads().orElse(Math.max(1, Runtime.getRuntime().availableProcessors() / 2)));
        return new LocalLauncher(new LocalLauncher.Settings(
                command(config, runs),
                Map.of("OMP_NUM_THREADS", threads, "MKL_NUM_THREADS", threads),
                train.nice(),
                EngineSettings.gpusHere() > 0));
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
        Datasets datasets = new Datasets(config.datasets(), LocalTrainer.CACHE_BYTES);
        return spec -> {
            Files.createDirectories(config.datasets()); // before the first upload there may be none
            return TrainingCheck.of(spec, config.runs(), datasets).warnings();
        };
    }
}
