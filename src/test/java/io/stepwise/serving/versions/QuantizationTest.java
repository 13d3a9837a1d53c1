package io.stepwise.serving.versions;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.model.CpuFeatures;
import io.stepwise.model.ParameterSpec;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.PipelineFolder;
import io.stepwise.repository.VersionMetadata;
import io.stepwise.repository.WeightsFile;
import io.stepwise.repository.safetensors.Dtype;
import io.stepwise.sampling.Row;
import io.stepwise.serving.engine.EngineSettings;
import io.stepwise.serving.request.GenerationRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A version that is configured for int8 computes in it where that holds, and else in float32. */
@Tag("libtorch")
class QuantizationTest {
    /** Whether this machine computes in int8; on others all versions must be refused. */
    private static final boolean HERE = CpuFeatures.here().fastInt8();

    @TempDir
    Path folder;

    private ModelRepository repository;

    @BeforeEach
    void publish() throws Exception {
        repository = ServingModels.publishCalm(ServingModels.publish(folder));
    }

    @Test
    void ranges_versionThatHolds_areThereAndTheSameEachTime() throws Exception {
        float[] ranges = ranges("calm");
        assertThat(ranges.length > 0).isEqualTo(HERE);
        for (int i = 0; i < ranges.length; i += 2) {
            assertThat(ranges[i]).isNegative();
            assertThat(ranges[i + 1]).isPositive();
        }
        assertThat(ranges("calm")).isEqualTo(ranges);
    }

    /** The weights are those of "calm", but in each channel one is so large that the others become 0 in eight bits. */
    @Test
    void ranges_weightsThatNeedMoreBits_areRefused() throws Exception {
        PipelineFolder pipeline = PipelineFolder.open(repository.served("calm").folder());
        float[] weights = pipeline.weights();
        int at = 0;
        for (ParameterSpec parameter : pipeline.parameters()) {
            int channel = (int) (parameter.size() / parameter.shape().get(0));
            for (int i = 0; i < parameter.size() && parameter.name().endsWith("conv1.weight"); i += channel) {
                weights[at + i] = 3;
            }
            at += (int) parameter.size();
        }
        repository.publish(
                "coarse",
                made -> PipelineFolder.write(
                        made,
                        pipeline.unetConfig(),
                        pipeline.schedulerConfig(),
                        WeightsFile.tensors(pipeline.parameters(), weights),
                        Dtype.F32),
                VersionMetadata.NONE);

        assertThat(ranges("coarse")).isEmpty();
    }

    @Test
    void load_onlyTheConfiguredModels_computeInOtherBits() throws Exception {
        Set<String> none = Set.of();
        assertThat(image("calm", Set.of("plain"))).isEqualTo(image("calm", none));
        assertThat(Arrays.equals(image("calm", Set.of("calm")), image("calm", none)))
                .isEqualTo(!HERE);
        assertThat(image("plain", Set.of("plain"))).as("refused").isEqualTo(image("plain", none));
    }

    private float[] ranges(String model) throws Exception {
        return new Quantization(VersionFiles.verify(repository, repository.served(model)), 1).ranges();
    }

    /** The state of a row after one step. */
    private float[] image(String model, Set<String> int8) throws Exception {
        EngineSettings settings = new EngineSettings(1, 1, 1, 64, 2, Duration.ofMinutes(1), null, int8);
        GenerationRequest request = new GenerationRequest(null, null, 1, 1, 2, SamplerName.DDIM, null, 1, 5, null);
        try (ServedModel loaded = new VersionLoader(repository, settings, null).loadUntimed(repository.served(model));
                Row row = loaded.loop(0).start(loaded.trajectory(request), 1, 0, 0, 1)) {
            loaded.loop(0).step(List.of(row));
            return loaded.loop(0).state(row);
        }
    }
}
