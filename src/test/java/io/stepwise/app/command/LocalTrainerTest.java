package io.stepwise.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.stepwise.app.config.StepwiseConfig;
import io.stepwise.torchscript.NativeThreads;
import io.stepwise.training.spec.TrainingSpecJson;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("libtorch")
class LocalTrainerTest {
    @TempDir
    private Path folder;

    private int before;

    @BeforeEach
    void remember() {
        before = NativeThreads.ofThisThread();
    }

    @AfterEach
    void restore() {
        NativeThreads.ofThisThread(before);
    }

    private StepwiseConfig config(int threads) {
        Map<String, String> settings = Map.of(
                "stepwise.models", folder.resolve("models").toString(),
                "stepwise.runs", folder.resolve("runs").toString(),
                "stepwise.datasets", folder.resolve("datasets").toString(),
                "stepwise.train.threads", Integer.toString(threads));
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(StepwiseConfig.class)
                .withSources(new PropertiesConfigSource(settings, "test", 300))
                .build()
                .getConfigMapping(StepwiseConfig.class);
    }

    @Test
    void train_usesTheThreadsOfTheSettings() throws Exception {
        NativeThreads.ofThisThread(1);
        StringWriter out = new StringWriter();

        new LocalTrainer()
                .train(
                        TrainingSpecJson.read(
                                "{\"steps\": 1, \"unet\": \"tiny\", \"batch_size\": 2, \"warmup_steps\": 0,"
                                        + " \"sample_every\": 0, \"publish\": \"never\"}"),
                        config(3),
                        new PrintWriter(out, true));

        assertThat(NativeThreads.ofThisThread()).isEqualTo(3);
        assertThat(out.toString()).startsWith("run ");
    }
}
