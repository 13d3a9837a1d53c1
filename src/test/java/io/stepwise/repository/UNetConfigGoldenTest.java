package io.stepwise.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stepwise.model.UNetConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class UNetConfigGoldenTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> write_readGoldenConfig_keepsEveryKeyAndValue() throws IOException {
        return GoldenFolders.unets().stream()
                .map(unet -> dynamicTest(unet.getFileName().toString(), () -> {
                    Path file = unet.resolve("config.json");
                    UNetConfig config = UNetConfigJson.read(file);
                    Path written = folder.resolve(unet.getFileName() + ".json");
                    UNetConfigJson.write(written, config);

                    assertThat(UNetConfigJson.read(written)).isEqualTo(config);
                    JsonNode original = JSON.readTree(file.toFile());
                    JsonNode copy = JSON.readTree(written.toFile());
                    for (Map.Entry<String, JsonNode> field : original.properties()) {
                        if (!field.getKey().equals("_diffusers_version")) {
                            assertThat(copy.get(field.getKey()))
                                    .as(field.getKey())
                                    .isEqualTo(field.getValue());
                        }
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> read_oldNames_equalsItsTwin() throws IOException {
        List<Path> old = GoldenFolders.unets().stream()
                .filter(unet -> unet.toString().endsWith("-oldnames"))
                .toList();
        return old.stream()
                .map(unet -> dynamicTest(unet.getFileName().toString(), () -> {
                    Path twin =
                            unet.resolveSibling(unet.getFileName().toString().replace("-oldnames", ""));
                    assertThat(UNetConfigJson.read(unet.resolve("config.json")))
                            .isEqualTo(UNetConfigJson.read(twin.resolve("config.json")));
                }));
    }
}
