package io.stepwise.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.stepwise.model.ParameterSpec;
import io.stepwise.repository.safetensors.Dtype;
import io.stepwise.repository.safetensors.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class PipelineFolderGoldenTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> weights_bareUnetFolder_areWhatTheFileHoldsInTheNetworksOrder() throws IOException {
        return GoldenFolders.unets().stream()
                .map(unet -> dynamicTest(name(unet), () -> {
                    PipelineFolder pipeline = PipelineFolder.open(unet);
                    List<ParameterSpec> parameters = pipeline.parameters();
                    float[] flat = pipeline.weights();
                    Path written = folder.resolve("written.safetensors");
                    WeightsFile.writeFlat(written, parameters, flat, Dtype.F32);

                    Path today = unet.resolveSibling(name(unet).replace("-oldnames", ""));
                    assertThat(Files.mismatch(
                                    written, PipelineFolder.open(today).weightsFile()))
                            .isEqualTo(-1);
                }));
    }

    @TestFactory
    Stream<DynamicTest> write_pipelineThatWasRead_isTheReferencesFolder() throws IOException {
        return GoldenFolders.pipelines().stream()
                .map(original -> dynamicTest(name(original), () -> {
                    PipelineFolder read = PipelineFolder.open(original);
                    Path copy = folder.resolve(name(original));
                    List<Tensor> tensors = WeightsFile.tensors(read.parameters(), read.weights());
                    PipelineFolder.write(copy, read.unetConfig(), read.schedulerConfig(), tensors, Dtype.F32);

                    assertThat(Files.mismatch(
                                    original.resolve(PipelineFolder.WEIGHTS), copy.resolve(PipelineFolder.WEIGHTS)))
                            .isEqualTo(-1);
                    assertThat(JSON.readTree(copy.resolve(PipelineFolder.SCHEDULER_CONFIG)
                                    .toFile()))
                            .isEqualTo(JSON.readTree(original.resolve(PipelineFolder.SCHEDULER_CONFIG)
                                    .toFile()));
                    for (String part : List.of("_class_name", "scheduler", "unet")) {
                        assertThat(JSON.readTree(copy.resolve(PipelineFolder.MODEL_INDEX)
                                                .toFile())
                                        .get(part))
                                .isEqualTo(JSON.readTree(original.resolve(PipelineFolder.MODEL_INDEX)
                                                .toFile())
                                        .get(part));
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> importFolder_everyGoldenModel_isPublishedAndVerified() throws IOException {
        ModelRepository repository = new ModelRepository(folder.resolve("models"));
        return Stream.concat(GoldenFolders.unets().stream(), GoldenFolders.pipelines().stream())
                .map(source -> dynamicTest(name(source), () -> {
                    ModelVersion version = repository.importFolder(source, name(source));
                    Manifest manifest = repository.verify(version);
                    assertThat(manifest.files()).containsOnlyKeys(PipelineFolder.FILES);
                    assertThat(version.pipeline().weights())
                            .isEqualTo(PipelineFolder.open(source).weights());
                }));
    }

    private static String name(Path golden) {
        return golden.getFileName().toString();
    }
}
