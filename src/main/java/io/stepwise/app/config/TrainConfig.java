package io.stepwise.app.config;

import io.smallrye.config.WithDefault;
import io.stepwise.jobs.kubernetes.KubernetesSettings;
import io.stepwise.training.mlflow.MlflowServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.hibernate.validator.constraints.Range;

/** Training jobs. */
public interface TrainConfig {
    /** The launcher that starts the processes of jobs. */
    @WithDefault("local")
    Launcher launcher();

    /**
     * Jobs that run at the same time, each on its own device, 1 … 64; by default one per GPU, or one without a GPU. On
     * Kubernetes, the jobs that are submitted at the same time, by default 64; the cluster has its own queues and
     * schedulers.
     */
    @Range(min = 1, max = 64)
    OptionalInt parallel();

    /** Native threads of each job, and of {@code stepwise train}, 1 … 1024; by default half of the processors. */
    @Range(min = 1, max = 1024)
    OptionalInt threads();

    /** {@link #threads}, or their default. */
    default int nativeThreads() {
        return threads().orElse(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    }

    /** How much priority jobs give up to the service on a shared processor, 0 (none) … 19. */
    @WithDefault("10")
    @Range(min = 0, max = 19)
    int nice();

    /** Crashes in a row without a new checkpoint before a job fails, 0 … 100. */
    @WithDefault("3")
    @Range(min = 0, max = 100)
    int crashes();

    /** How long a job may take to write a checkpoint when the service stops, 0 s … 1 h. */
    @WithDefault("30s")
    @DurationRange(min = "PT0S", max = "PT1H")
    Duration grace();

    /** Newest checkpoints of a run to keep besides the one published as the best, 0 … 1000000; 0 keeps all. */
    @WithDefault("3")
    @Range(min = 0, max = 1_000_000)
    int keepCheckpoints();

    /**
     * Newest versions of a model to keep when training publishes one, besides the served, the pinned and the best
     * versions, 0 … 1000000; 0 keeps all.
     */
    @WithDefault("5")
    @Range(min = 0, max = 1_000_000)
    int keepVersions();

    /** JVM options of jobs, such as {@code -Xmx4g}, separated by spaces. */
    Optional<String> javaOptions();

    /** The MLflow server that runs are told to. */
    Mlflow mlflow();

    /** The MLflow server that runs are told to. */
    interface Mlflow {
        /** Its URL, http or https; by default there is none. */
        Optional<String> uri();

        /** The experiment that runs belong to; created if it does not exist. */
        @WithDefault("stepwise")
        String experiment();
    }

    /**
     * The MLflow server, with the credentials from MLflow's own environment variables; empty if there is none.
     *
     * @throws IllegalArgumentException naming the key, its value and what is allowed
     */
    default Optional<MlflowServer> mlflowServer() {
        try {
            return mlflow().uri().map(uri -> MlflowServer.of(uri, mlflow().experiment(), System.getenv()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("stepwise.train.mlflow." + e.getMessage(), e);
        }
    }

    /** The settings that the process of a job must have, as environment variables. */
    default Map<String, String> variablesOfJobs() {
        return mlflow().uri()
                .map(uri -> Map.of(
                        SettingNames.environment("stepwise.train.mlflow.uri"),
                        uri,
                        SettingNames.environment("stepwise.train.mlflow.experiment"),
                        mlflow().experiment()))
                .orElse(Map.of());
    }

    /** Settings for jobs on Kubernetes. */
    Kubernetes kubernetes();

    /** Settings for jobs on Kubernetes; other launchers ignore them. */
    interface Kubernetes {
        /** The namespace, 1 … 63 lower-case letters, digits and hyphens; by default the namespace of the service. */
        Optional<String> namespace();

        /** The container image of jobs; by default the image of the service's own pod. */
        Optional<String> image();

        /** Queue of Kueue in that namespace, 1 … 63 lower-case letters, digits and hyphens; by default none. */
        Optional<String> queue();

        /** GPUs of each job, 0 … 64. */
        @WithDefault("1")
        @Range(min = 0, max = 64)
        int gpus();

        /** A Job manifest that sets everything else; by default the program's own. */
        Optional<Path> template();
    }

    /** The settings in the form that the launcher uses. */
    default KubernetesSettings kubernetesSettings() {
        try {
            return new KubernetesSettings(
                    kubernetes().namespace(),
                    kubernetes().image(),
                    kubernetes().queue(),
                    kubernetes().gpus(),
                    variablesOfJobs());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("stepwise.train.kubernetes." + e.getMessage(), e);
        }
    }

    /** The launchers of jobs. */
    enum Launcher {
        /** The service starts processes on its own machine. */
        LOCAL,
        /** Kubernetes runs each job as a Job. */
        KUBERNETES,
        /** This service runs no jobs. The jobs that it accepts wait for another service that shares the folder. */
        NONE
    }
}
