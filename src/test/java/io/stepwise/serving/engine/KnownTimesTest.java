package io.stepwise.serving.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("libtorch")
class KnownTimesTest {
    private static final StepTimes TIMES = new StepTimes(new int[] {1, 2, 8}, new double[] {5e6, 7e6, 2e7});

    @TempDir
    Path folder;

    private KnownTimes known(String key) {
        return KnownTimes.of(folder.resolve("cache"), key);
    }

    private Path onlyFile() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
            return files.reduce((one, two) -> folder.resolve("more than one")).orElseThrow();
        }
    }

    @Test
    void read_whatWasWritten_theSameTimes() {
        assertThat(known("a").read()).isNull();
        known("a").write(TIMES);

        assertThat(Objects.requireNonNull(known("a").read()).lines()).isEqualTo(TIMES.lines());
        assertThat(known("another network").read()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1 x", "1 5000\n1 6000\n", "0 5000", "2 -1", "2 9000\n1 5000", "\u0000\u0001"})
    void read_damagedFile_isIgnored(String content) throws IOException {
        known("a").write(TIMES);
        Files.writeString(onlyFile(), content);

        assertThat(known("a").read()).isNull();
    }

    @Test
    void write_folderCannotBeMade_doesNoHarm() throws IOException {
        Files.writeString(folder.resolve("cache"), "a file");
        known("a").write(TIMES);

        assertThat(known("a").read()).isNull();
        assertThat(folder.resolve("cache")).hasContent("a file");
    }

    @Test
    void lines_ofTimes_sizeAndNanoseconds() {
        assertThat(TIMES.lines()).isEqualTo(List.of("1 5000000", "2 7000000", "8 20000000"));
    }
}
