package io.stepwise.app;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.SmallRyeConfigBuilder;
import io.stepwise.app.config.StepwiseConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingWiringTest {
    @TempDir
    private Path folder;

    private static StepwiseConfig config(Path template) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(StepwiseConfig.class)
                .withDefaultValues(Map.of(
                        "stepwise.train.launcher", "kubernetes",
                        "stepwise.train.kubernetes.gpus", "0",
                        "stepwise.train.kubernetes.template", template.toString()))
                .build()
                .getConfigMapping(StepwiseConfig.class);
    }

    @Test
    void check_templateIsMissing_namesKeyAndFile() {
        Path file = folder.resolve("job.yaml");
        assertThatThrownBy(() -> TrainingWiring.check(config(file)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("stepwise.train.kubernetes.template is " + file + ", which can't be read: ");
    }

    @Test
    void check_templateIsNoJob_namesKeyFileAndField() throws Exception {
        Path file = Files.writeString(folder.resolve("job.yaml"), "apiVersion: batch/v1\nkind: Job\nspek: {}\n");
        assertThatThrownBy(() -> TrainingWiring.check(config(file)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("stepwise.train.kubernetes.template is " + file + ": the template of Jobs")
                .hasMessageContaining("spek");
    }
}
