package io.stepwise.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderIntakeTest {
    @TempDir
    Path temporary;

    private Path folder() throws IOException {
        return Files.createDirectories(temporary.resolve("folder"));
    }

    private void take(long maxBytes, int maxFiles, Object... files) throws IOException {
        new FolderIntake(folder(), new UploadLimits(maxBytes, maxFiles, 200, 1)).takeAll(Uploads.files(files));
    }

    @Test
    void takeAll_files_areWrittenAsTheyAre() throws IOException {
        take(100, 4, "model/", "", "model/unet/config.json", "{}", "./a//b", "b", "model/.DS_Store", "x");

        assertThat(Uploads.tree(folder())).containsExactly("a/b", "model/unet/config.json");
        assertThat(folder().resolve("model/unet/config.json")).hasContent("{}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../a", "a/../../b", "/etc/passwd", "C:/a", "a\\b", "../", "a/../"})
    void takeAll_namesThatLeaveTheFolder_areRefused(String name) throws IOException {
        assertThatThrownBy(() -> take(100, 4, name, "x")).isInstanceOf(InvalidUploadException.class);
        assertThat(Uploads.tree(temporary)).isEmpty();
    }

    @Test
    void takeAll_namesThatCollide_areRefused() {
        assertThatThrownBy(() -> take(100, 4, "a", "1", "A", "2"))
                .isInstanceOf(InvalidUploadException.class)
                .hasMessageContaining("differ only in case");
        assertThatThrownBy(() -> take(100, 4, "b", "1", "b/c", "2")).isInstanceOf(InvalidUploadException.class);
    }

    @Test
    void takeAll_tooMuch_isRefused() {
        assertThatThrownBy(() -> take(3, 4, "a", "12", "b", "34"))
                .isInstanceOf(UploadTooLargeException.class)
                .hasMessageContaining("at most 3 bytes");
        assertThatThrownBy(() -> take(100, 2, "c", "", "d", "", "e", ""))
                .isInstanceOf(UploadTooLargeException.class)
                .hasMessageContaining("at most 2 files");
    }

    @Test
    void takeAll_senderThatLeaves_isTold() {
        IncomingFiles files =
                () -> new IncomingFiles.File("a", new UploadBody(Uploads.broken(new byte[10]), 100, Uploads.PACE));

        assertThatThrownBy(() -> new FolderIntake(folder(), new UploadLimits(100, 4, 200, 1)).takeAll(files))
                .isInstanceOf(BrokenOffException.class);
    }
}
