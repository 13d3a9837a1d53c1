package io.stepwise.serving.versions;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.repository.ModelVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadMarkTest {
    @TempDir
    private Path folder;

    private ModelVersion version() {
        return new ModelVersion("faces", 3, folder.resolve("3"));
    }

    private Path file() {
        return folder.resolve(".loading-3");
    }

    @Test
    void set_whileAProcessLoads_isNoDeath() {
        try (LoadMark mark = LoadMark.set(version())) {
            assertThat(file()).as("%s", mark).hasContent("1");
            assertThat(LoadMark.deaths(version())).isZero();
        }
        assertThat(file()).doesNotExist();
        assertThat(LoadMark.deaths(version())).isZero();
    }

    @Test
    void deaths_ofProcessesThatLeftTheirMark_areCountedInARow() throws IOException {
        Files.writeString(file(), "1");
        assertThat(LoadMark.deaths(version())).isOne();
        try (LoadMark mark = LoadMark.set(version())) {
            assertThat(file()).as("%s", mark).hasContent("2");
        }
        assertThat(LoadMark.deaths(version())).isZero();
    }

    @Test
    void set_whereNothingCanBeWritten_marksNothing() {
        ModelVersion nowhere = new ModelVersion("faces", 3, folder.resolve("missing/3"));
        try (LoadMark mark = LoadMark.set(nowhere)) {
            assertThat(LoadMark.deaths(nowhere)).as("%s", mark).isZero();
        }
    }

    @Test
    void deaths_fileThatIsNoNumber_isNone() throws IOException {
        Files.writeString(file(), "x");
        assertThat(LoadMark.deaths(version())).isZero();
        Files.writeString(file(), "");
        assertThat(LoadMark.deaths(version())).isZero();
    }

    @Test
    void pause_growsWithEachDeathUpToAnHour() {
        assertThat(LoadMark.DiedException.pause(1)).isEqualTo(Duration.ofSeconds(10));
        assertThat(LoadMark.DiedException.pause(2)).isEqualTo(Duration.ofMinutes(1));
        assertThat(LoadMark.DiedException.pause(3)).isEqualTo(Duration.ofMinutes(6));
        assertThat(LoadMark.DiedException.pause(1000)).isEqualTo(Duration.ofHours(1));
    }
}
