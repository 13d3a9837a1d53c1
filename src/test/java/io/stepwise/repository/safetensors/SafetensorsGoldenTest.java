package io.stepwise.repository.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.stepwise.repository.GoldenFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsGoldenTest {
    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> write_whatWasRead_equalsTheReferencesFileByteForByte() throws IOException {
        return files().map(file -> dynamicTest(name(file), () -> {
            List<Tensor> tensors = new ArrayList<>();
            Path written = folder.resolve("copy.safetensors");
            try (Safetensors original = Safetensors.open(file)) {
                for (String tensor : original.names()) {
                    if (original.dtype(tensor) != Dtype.F32) {
                        Assumptions.abort(tensor + " is " + original.dtype(tensor) + ", which is not written");
                    }
                    List<Integer> shape = original.shape(tensor).stream()
                            .map(Math::toIntExact)
                            .toList();
                    tensors.add(new Tensor(tensor, shape, original.floats(tensor), 0));
                }
                Safetensors.write(written, tensors, original.metadata(), Dtype.F32);
            }
            assertThat(Files.mismatch(file, written)).isEqualTo(-1);
        }));
    }

    @TestFactory
    Stream<DynamicTest> floats_everyTensor_hasItsShapesCountOfFiniteNumbers() throws IOException {
        return files().map(file -> dynamicTest(name(file), () -> {
            try (Safetensors tensors = Safetensors.open(file)) {
                for (String tensor : tensors.names()) {
                    if (!tensors.dtype(tensor).name().contains("F")) {
                        continue; // whole numbers are not read
                    }
                    long elements = tensors.shape(tensor).stream().reduce(1L, (a, b) -> a * b);
                    float[] values = tensors.floats(tensor);
                    assertThat(values).as(tensor).hasSize((int) elements);
                    for (float value : values) {
                        assertThat(Float.isFinite(value)).as(tensor).isTrue();
                    }
                }
            }
        }));
    }

    private static Stream<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(GoldenFolders.root())) {
            return all.filter(file -> file.toString().endsWith(".safetensors")).sorted().toList().stream();
        }
    }

    private static String name(Path file) {
        return GoldenFolders.root().relativize(file).toString();
    }
}
