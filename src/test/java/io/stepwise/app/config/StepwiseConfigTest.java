package io.stepwise.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.stepwise.data.store.PictureLimits;
import io.stepwise.jobs.kubernetes.KubernetesSettings;
import io.stepwise.serving.engine.EngineSettings;
import io.stepwise.serving.versions.ReloadSettings;
import io.stepwise.training.Retention;
import io.stepwise.upload.Pace;
import io.stepwise.upload.UploadLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StepwiseConfigTest {
    @Test
    @Tag("libtorch") // a default of jobs is the number of GPUs
    void config_withoutSettings_hasItsDefaults() {
        StepwiseConfig config = config(Map.of());

        assertThat(config.models()).isEqualTo(Path.of("models"));
        assertThat(config.runs()).isEqualTo(Path.of("runs"));
        assertThat(config.datasets()).isEqualTo(Path.of("datasets"));
        assertThat(config.model()).isEqualTo("faces");
        assertThat(config.generate().maxImages()).isEqualTo(64);
        assertThat(config.queue().capacity()).isEqualTo(256);
        assertThat(config.engine().maxBatch()).isEqualTo(16);
        assertThat(config.engine().count()).isEmpty();
        assertThat(config.engine().threads()).isEqualTo(1);
        assertThat(config.scheduler().stretch()).isEqualTo(EngineSettings.DEFAULT_STRETCH);
        assertThat(config.train().launcher()).isEqualTo(TrainConfig.Launcher.LOCAL);
        assertThat(config.train().parallel()).isEmpty();
        assertThat(config.train().threads()).isEmpty();
        assertThat(config.train().nice()).isEqualTo(10);
        assertThat(config.train().crashes()).isEqualTo(3);
        assertThat(config.train().grace()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.train().javaOptions()).isEmpty();
        assertThat(config.train().kubernetesSettings())
                .isEqualTo(new KubernetesSettings(Optional.empty(), Optional.empty(), Optional.empty(), 1, Map.of()));
        assertThat(config.train().kubernetes().template()).isEmpty();
        assertThat(config.retention()).isEqualTo(Retention.DEFAULT);
        assertThat(config.uploadLimits()).isEqualTo(PictureLimits.DEFAULT);
        assertThat(config.drain().delay()).isZero();
        assertThat(config.drain().budget()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.clients().pace()).isEqualTo(new Pace(1 << 15, Duration.ofSeconds(10)));
        assertThat(config.engine().memory()).isEmpty();
        assertThat(config.clients().budget().size())
                .isEqualTo(Runtime.getRuntime().maxMemory() / 3);
        assertThat(config.reloadSettings())
                .isEqualTo(new ReloadSettings(Duration.ofSeconds(2), ReloadSettings.memoryHere()));
        assertThat(config.engineSettings().engines())
                .isEqualTo(Runtime.getRuntime().availableProcessors());
    }

    @Test
    void config_withAllSettings_mapsThem() {
        StepwiseConfig config = config(Map.ofEntries(
                Map.entry("stepwise.models", "/m"),
                Map.entry("stepwise.runs", "r"),
                Map.entry("stepwise.datasets", "d"),
                Map.entry("stepwise.model", "digits"),
                Map.entry("stepwise.generate.max-images", "9"),
                Map.entry("stepwise.queue.capacity", "10"),
                Map.entry("stepwise.queue.longest-wait", "PT7S"),
                Map.entry("stepwise.upload.max-bytes", "1099511627776"),
                Map.entry("stepwise.upload.max-files", "20"),
                Map.entry("stepwise.upload.max-picture-bytes", "30"),
                Map.entry("stepwise.upload.max-pixels", "40"),
                Map.entry("stepwise.upload.max-ratio", "50"),
                Map.entry("stepwise.upload.concurrency", "6"),
                Map.entry("stepwise.engine.max-batch", "3"),
                Map.entry("stepwise.engine.count", "5"),
                Map.entry("stepwise.engine.threads", "2"),
                Map.entry("stepwise.engine.memory", "3M"),
                Map.entry("stepwise.clients.memory", "20M"),
                Map.entry("stepwise.clients.least-rate", "7"),
                Map.entry("stepwise.clients.patience", "9s"),
                Map.entry("stepwise.reload.interval", "250ms"),
                Map.entry("stepwise.engine.cache", "/var/cache/steps"),
                Map.entry("stepwise.engine.int8", "digits, faces"),
                Map.entry("stepwise.scheduler.stretch", "4"),
                Map.entry("stepwise.train.keep-checkpoints", "0"),
                Map.entry("stepwise.train.keep-versions", "2"),
                Map.entry("stepwise.train.launcher", "none"),
                Map.entry("stepwise.train.kubernetes.namespace", "machine-learning"),
                Map.entry("stepwise.train.kubernetes.image", "stepwise:cuda"),
                Map.entry("stepwise.train.mlflow.uri", "http://mlflow:5000"),
                Map.entry("stepwise.train.mlflow.experiment", "pictures"),
                Map.entry("stepwise.train.kubernetes.queue", "team"),
                Map.entry("stepwise.train.kubernetes.gpus", "0"),
                Map.entry("stepwise.train.kubernetes.template", "job.yaml"),
                Map.entry("stepwise.train.parallel", "2"),
                Map.entry("stepwise.train.threads", "8"),
                Map.entry("stepwise.train.nice", "0"),
                Map.entry("stepwise.train.crashes", "7"),
                Map.entry("stepwise.train.grace", "2m"),
                Map.entry("stepwise.train.java-options", "-Xmx4g"),
                Map.entry("stepwise.drain.delay", "5s"),
                Map.entry("stepwise.drain.budget", "1m")));

        assertThat(config.models()).isEqualTo(Path.of("/m"));
        assertThat(config.runs()).isEqualTo(Path.of("r"));
        assertThat(config.datasets()).isEqualTo(Path.of("d"));
        assertThat(config.model()).isEqualTo("digits");
        assertThat(config.generate().maxImages()).isEqualTo(9);
        assertThat(config.queue().capacity()).isEqualTo(10);
        assertThat(config.retention()).isEqualTo(new Retention(0, 2));
        assertThat(config.uploadLimits()).isEqualTo(new PictureLimits(new UploadLimits(1L << 40, 20, 50, 6), 30, 40));
        assertThat(config.engineSettings())
                .isEqualTo(new EngineSettings(
                        5, 2, 3, 10, 4, Duration.ofSeconds(7), Path.of("/var/cache/steps"), Set.of("digits", "faces")));
        assertThat(config.clients().budget().size()).isEqualTo(20 << 20);
        assertThat(config.clients().pace()).isEqualTo(new Pace(7, Duration.ofSeconds(9)));
        assertThat(config.train().launcher()).isEqualTo(TrainConfig.Launcher.NONE);
        assertThat(config.train().parallel()).hasValue(2);
        assertThat(config.train().threads()).hasValue(8);
        assertThat(config.train().nice()).isZero();
        assertThat(config.train().crashes()).isEqualTo(7);
        assertThat(config.train().grace()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.train().javaOptions()).hasValue("-Xmx4g");
        assertThat(config.train().kubernetesSettings())
                .isEqualTo(new KubernetesSettings(
                        Optional.of("machine-learning"),
                        Optional.of("stepwise:cuda"),
                        Optional.of("team"),
                        0,
                        config.train().variablesOfJobs()));
        assertThat(config.train().variablesOfJobs())
                .isEqualTo(Map.of(
                        "STEPWISE_TRAIN_MLFLOW_URI", "http://mlflow:5000",
                        "STEPWISE_TRAIN_MLFLOW_EXPERIMENT", "pictures"));
        assertThat(config.train().mlflowServer())
                .hasValueSatisfying(server -> assertThat(server.experiment()).isEqualTo("pictures"));
        assertThat(config.train().kubernetes().template()).hasValue(Path.of("job.yaml"));
        assertThat(config.reloadSettings()).isEqualTo(new ReloadSettings(Duration.ofMillis(250), 3 << 20));
        assertThat(config.drain().delay()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.drain().budget()).isEqualTo(Duration.ofMinutes(1));
    }

    /** Key, value, and what the message begins with. */
    static final String BAD_VALUES =
            """
            stepwise.generate.max-images | 0      | stepwise.generate.max-images is 0, must be 1 … 1024
            stepwise.generate.max-images | 1025   | stepwise.generate.max-images is 1025, must be 1 … 1024
            stepwise.queue.longest-wait  | PT0S   | stepwise.queue.longest-wait is PT0S, must be PT1S … PT24H
            stepwise.queue.capacity      | 63     | stepwise.queue.capacity is 63, must be 64 … 100000
            stepwise.upload.max-bytes    | 1099511627777 | stepwise.upload.max-bytes is 1099511627777, must be 1 … 1099511627776
            stepwise.upload.max-files    | 0      | stepwise.upload.max-files is 0, must be 1 … 10000000
            stepwise.upload.max-picture-bytes | 268435457 | stepwise.upload.max-picture-bytes is 268435457, must be 1 … 268435456
            stepwise.upload.max-pixels   | 67108865 | stepwise.upload.max-pixels is 67108865, must be 1 … 67108864
            stepwise.upload.max-ratio    | 0      | stepwise.upload.max-ratio is 0, must be 1 … 1000000
            stepwise.upload.concurrency  | 65     | stepwise.upload.concurrency is 65, must be 1 … 64
            stepwise.engine.count        | 0      | stepwise.engine.count is 0, must be 1 … 1024
            stepwise.engine.threads      | 1025   | stepwise.engine.threads is 1025, must be 1 … 1024
            stepwise.engine.max-batch    | 0      | stepwise.engine.max-batch is 0, must be 1 … 1024
            stepwise.engine.memory       | 0      | stepwise.engine.memory is 0, must be at least 1
            stepwise.engine.int8         | faces, ../x | stepwise.engine.int8 is "../x", each name in it must be 1 … 64 lower-case letters
            stepwise.clients.least-rate  | 0      | stepwise.clients.least-rate is 0, must be 1 … 1073741824
            stepwise.clients.memory      | 0      | stepwise.clients.memory is 0, must be at least 1
            stepwise.scheduler.stretch   | 1      | stepwise.scheduler.stretch is 1.0, must be above 1 … 1000
            stepwise.scheduler.stretch   | NaN    | stepwise.scheduler.stretch is NaN, must be above 1 … 1000
            stepwise.auth.requests-per-minute | -1 | stepwise.auth.requests-per-minute is -1, must be 0 … 1000000
            stepwise.auth.trusted-hosts | https://a.example | stepwise.auth.trusted-hosts: "https://a.example" must be a host name
            stepwise.train.parallel      | 65     | stepwise.train.parallel is 65, must be 1 … 64
            stepwise.train.threads       | 0      | stepwise.train.threads is 0, must be 1 … 1024
            stepwise.train.nice          | 20     | stepwise.train.nice is 20, must be 0 … 19
            stepwise.train.crashes       | 101    | stepwise.train.crashes is 101, must be 0 … 100
            stepwise.train.grace         | 2h     | stepwise.train.grace is PT2H, must be PT0S … PT1H
            stepwise.train.keep-versions | -1     | stepwise.train.keep-versions is -1, must be 0 … 1000000
            stepwise.train.keep-checkpoints | -1  | stepwise.train.keep-checkpoints is -1, must be 0 … 1000000
            stepwise.train.kubernetes.gpus | 65   | stepwise.train.kubernetes.gpus is 65, must be 0 … 64
            stepwise.train.mlflow.uri | mlflow | stepwise.train.mlflow.uri is "mlflow", must be an http or https URL
            stepwise.train.kubernetes.queue | Main | stepwise.train.kubernetes.queue is "Main", must be 1 … 63 lower-case letters
            stepwise.train.kubernetes.namespace | -a | stepwise.train.kubernetes.namespace is "-a", must be 1 … 63 lower-case letters
            stepwise.reload.interval     | 9ms    | stepwise.reload.interval is PT0.009S, must be PT0.01S … PT1H
            stepwise.reload.interval     | 61m    | stepwise.reload.interval is PT1H1M, must be PT0.01S … PT1H
            stepwise.drain.delay         | 11m    | stepwise.drain.delay is PT11M, must be PT0S … PT10M
            stepwise.drain.budget        | 61m    | stepwise.drain.budget is PT1H1M, must be PT0S … PT1H
            stepwise.generate.max-steps  | 100001 | stepwise.generate.max-steps is 100001, must be 1 … 100000
            stepwise.generate.max-pixels | 0      | stepwise.generate.max-pixels is 0, must be 1 … 67108864
            stepwise.generate.max-kept   | 0      | stepwise.generate.max-kept is 0, must be 1 … 1000000
            stepwise.generate.keep       | 25h    | stepwise.generate.keep is PT25H, must be PT1S … PT24H
            stepwise.clients.patience    | 99ms   | stepwise.clients.patience is PT0.099S, must be PT0.1S … PT1H
            stepwise.clients.patience    | 61m    | stepwise.clients.patience is PT1H1M, must be PT0.1S … PT1H
            stepwise.model               | ../x   | stepwise.model is "../x", must be 1 … 64 lower-case letters
            """;

    /** Of these everything is a value, or a value is checked by its type or beside others. */
    private static final Set<String> WITHOUT_RANGE = Set.of(
            "stepwise.models",
            "stepwise.runs",
            "stepwise.datasets",
            "stepwise.engine.cache",
            "stepwise.train.java-options",
            "stepwise.train.kubernetes.image",
            "stepwise.train.kubernetes.template",
            "stepwise.train.launcher",
            "stepwise.train.mlflow.experiment",
            "stepwise.auth.keys.NAME.secret",
            "stepwise.auth.keys.NAME.roles");

    @Test
    void badValues_areThereForEveryKey() {
        Set<String> keys = new TreeSet<>(WITHOUT_RANGE);
        BAD_VALUES.lines().map(line -> line.split("\\|")[0].strip()).forEach(keys::add);

        assertThat(keys).isEqualTo(ConfigKeys.all().keySet());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            stepwise.engine.max-batch | many  | (?s).*stepwise\\.engine\\.max-batch.*many.*integer.*
            stepwise.drain.delay      | later | (?s).*stepwise\\.drain\\.delay.*later.*
            stepwise.train.launcher   | cloud | (?s).*stepwise\\.train\\.launcher.*cloud.*must be one of kubernetes, local, none.*
            stepwise.auth.keys.me.roles | boss | (?s).*stepwise\\.auth\\.keys\\.me\\.roles.*boss.*
            """)
    void config_withValueOfAnotherKind_isRefusedNamingKeyAndValue(String key, String value, String message) {
        assertThatThrownBy(() -> config(Map.of("stepwise.auth.keys.me.secret", "0123456789abcdef", key, value)))
                .hasMessageMatching(message);
    }

    @Test
    void config_withShortSecret_isRefusedNamingTheKey() {
        assertThatThrownBy(() -> config(Map.of("stepwise.auth.keys.me.secret", "short")))
                .hasMessage("stepwise.auth.keys.me: secret of key me has 5 characters, must have 16 or more");
    }

    static Stream<Arguments> badValues() {
        return BAD_VALUES
                .lines()
                .map(line -> line.split("\\|"))
                .map(parts -> Arguments.of(parts[0].strip(), parts[1].strip(), parts[2].strip()));
    }

    @ParameterizedTest
    @MethodSource("badValues")
    void config_withValueOutOfRange_isRefusedNamingKeyValueAndRange(String key, String value, String message) {
        assertThatThrownBy(() -> config(Map.of(key, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void config_withKeyThatDoesNotExist_isRefused() {
        assertThatThrownBy(() -> config(Map.of("stepwise.generate.max-image", "3")))
                .hasMessage("stepwise.generate.max-image is not a setting; did you mean stepwise.generate.max-images?");
        assertThatThrownBy(() -> config(Map.of("stepwise.something-else", "3")))
                .hasMessage("stepwise.something-else is not a setting");
    }

    @Test
    void config_withEveryDefaultSetByTheUser_isInItsRanges() {
        Map<String, String> settings = new TreeMap<>(ConfigKeys.all());
        settings.keySet().removeIf(key -> settings.get(key).isEmpty() || key.contains("NAME"));

        assertThat(settings).hasSizeGreaterThan(25);
        assertThat(config(settings).queue().capacity()).isEqualTo(256);
    }

    @Test
    void environment_withVariableThatDoesNotExist_isRefusedNamingTheNearest() {
        assertThatThrownBy(() -> environment(Map.of("STEPWISE_QUEUE_CAPACTIY", "300")))
                .hasMessage("STEPWISE_QUEUE_CAPACTIY is not a setting; did you mean STEPWISE_QUEUE_CAPACITY?");
        assertThatThrownBy(() -> environment(Map.of("STEPWISE_DRAIN_BUGDET", "1m", "STEPWISE_XYZ", "")))
                .hasMessage("STEPWISE_DRAIN_BUGDET is not a setting; did you mean STEPWISE_DRAIN_BUDGET?;"
                        + " STEPWISE_XYZ is not a setting");
    }

    @ParameterizedTest
    @CsvSource({
        "stepwise_runns, stepwise_runns is not a setting; did you mean STEPWISE_RUNS?",
        "STEPWIZE_MODEL, STEPWIZE_MODEL is not a setting; did you mean STEPWISE_MODEL?",
        "STEPWISEMODEL, STEPWISEMODEL is not a setting; did you mean STEPWISE_MODEL?",
        "STEPWISE_GENERATE_MAXIMAGES, STEPWISE_GENERATE_MAXIMAGES is not a setting; did you mean STEPWISE_GENERATE_MAX_IMAGES?",
        "STEPWISE_AUTH_KEYS_ME_SECRT, STEPWISE_AUTH_KEYS_ME_SECRT is not a setting; did you mean STEPWISE_AUTH_KEYS_NAME_SECRET?",
        "STEPWISE_THREADS, STEPWISE_THREADS is not a setting; did you mean STEPWISE_ENGINE_THREADS or STEPWISE_TRAIN_THREADS?"
    })
    void environment_withVariableThatIsAlmostASetting_isRefusedNamingTheSetting(String name, String message) {
        assertThatThrownBy(() -> environment(Map.of(name, "x"))).hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            STEPWISE_DRAIN_DELAY      | 30 s   | STEPWISE_DRAIN_DELAY is "30 s", must be a duration such as 250ms, 30s, 5m or PT30S
            STEPWISE_DRAIN_DELAY      | 5min   | STEPWISE_DRAIN_DELAY is "5min", must be a duration such as 250ms, 30s, 5m or PT30S
            STEPWISE_ENGINE_MEMORY    | 512MB  | STEPWISE_ENGINE_MEMORY is "512MB", must be a size such as 512M, 2G or a number of bytes
            STEPWISE_ENGINE_MEMORY    | -1     | STEPWISE_ENGINE_MEMORY is "-1", must be a size such as 512M, 2G or a number of bytes
            STEPWISE_QUEUE_CAPACITY   | 1e3    | STEPWISE_QUEUE_CAPACITY is "1e3", must be an integer
            STEPWISE_UPLOAD_MAX_BYTES | 8G     | STEPWISE_UPLOAD_MAX_BYTES is "8G", must be an integer
            STEPWISE_QUEUE_CAPACITY   | 99999999999 | STEPWISE_QUEUE_CAPACITY is "99999999999", must be an integer
            STEPWISE_SCHEDULER_STRETCH| fast   | STEPWISE_SCHEDULER_STRETCH is "fast", must be a number
            STEPWISE_TRAIN_LAUNCHER   | cloud  | STEPWISE_TRAIN_LAUNCHER is "cloud", must be one of kubernetes, local, none
            STEPWISE_AUTH_KEYS_ME_ROLES | boss | STEPWISE_AUTH_KEYS_ME_ROLES is "boss", must be one of admin, generate, train
            """)
    void environment_withValueOfAnotherKind_isRefusedNamingWhatIsAllowed(String name, String value, String message) {
        assertThatThrownBy(() ->
                        environment(Map.of(name.strip(), value, "STEPWISE_AUTH_KEYS_ME_SECRET", "0123456789abcdef")))
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"STEPWISE_QUEUE_CAPACITY", "STEPWISE_MODELS", "STEPWISE_DRAIN_DELAY", "STEPWISE_TRAIN_LAUNCHER"})
    void environment_withAnEmptyValue_isRefusedNamingTheVariable(String name) {
        assertThatThrownBy(() -> environment(Map.of(name, "")))
                .hasMessage(name + " is empty, must have a value; remove it for the default");
    }

    @Test
    void environment_withRolesOfAKeyWithoutSecret_isRefusedNamingTheSecret() {
        assertThatThrownBy(() -> environment(Map.of("STEPWISE_AUTH_KEYS_ME_ROLES", "admin")))
                .hasMessageContaining("stepwise.auth.keys.me.secret")
                .hasMessageNotContainingAny("SRCFG", "io.stepwise", "Exception");
    }

    @Test
    void environment_withEveryVariableAndThoseOfKubernetes_isTaken() {
        Map<String, String> environment = new TreeMap<>();
        ConfigKeys.all().forEach((key, value) -> environment.put(ConfigKeys.environment(key), value));
        for (String name : Set.of("SERVICE_HOST", "SERVICE_PORT_HTTP", "PORT", "PORT_8080_TCP_ADDR")) {
            environment.put("STEPWISE_" + name, "x");
        }

        assertThat(SettingNames.unknownVariables(environment.keySet())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            STEPWISE_QUEUE_CAPACITY   | 63    | STEPWISE_QUEUE_CAPACITY is 63, must be 64 … 100000
            STEPWISE_ENGINE_THREADS   | 0     | STEPWISE_ENGINE_THREADS is 0, must be 1 … 1024
            STEPWISE_AUTH_TRUSTED_HOSTS | a:1 | STEPWISE_AUTH_TRUSTED_HOSTS: "a:1" must be a host name
            """)
    void environment_withBadValue_isRefusedNamingTheVariable(String name, String value, String message) {
        assertThatThrownBy(() -> environment(Map.of(name, value)))
                .hasMessageStartingWith(message)
                .hasMessageNotContainingAny("SRCFG", "io.stepwise", "Exception");
    }

    private static StepwiseConfig environment(Map<String, String> variables) {
        return Settings.read(new SmallRyeConfigBuilder().withSources(new EnvConfigSource(variables, 300)), variables);
    }

    private static StepwiseConfig config(Map<String, String> settings) {
        return Settings.read(
                new SmallRyeConfigBuilder().withSources(new PropertiesConfigSource(settings, "test", 300)), Map.of());
    }
}
