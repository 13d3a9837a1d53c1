package io.stepwise.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderStateTest {
    @TempDir
    Path folder;

    private FolderState before;

    @BeforeEach
    void look() throws IOException {
        Files.createDirectories(folder.resolve("unet"));
        Files.writeString(folder.resolve("unet/config.json"), "{}");
        Files.writeString(folder.resolve("manifest.json"), "{}");
        before = FolderState.of(folder);
    }

    @Test
    void of_folderThatNobodyTouched_isTheSame() throws IOException {
        Files.readString(folder.resolve("unet/config.json"));
        assertThat(FolderState.of(folder)).isEqualTo(before);
    }

    @Test
    void of_folderWithAnythingTouched_isAnother() throws IOException {
        Path config = folder.resolve("unet/config.json");
        FolderState last = before;
        for (Change change : new Change[] {
            () -> Files.writeString(config, "[]\n"),
            () -> Files.delete(config),
            () -> Files.writeString(config, "{}"),
            () -> Files.writeString(folder.resolve("more"), ""),
            () -> Files.move(folder.resolve("more"), folder.resolve("other")),
        }) {
            change.make();
            FolderState now = FolderState.of(folder);
            assertThat(now).isNotEqualTo(last);
            last = now;
        }
    }

    /** As when a file is restored with its times. */
    @Test
    void of_fileReplacedByOneOfTheSameSizeAndTime_isAnother() throws IOException {
        Path config = folder.resolve("unet/config.json");
        FileTime time = Files.getLastModifiedTime(config);
        Path beside = Files.writeString(folder.resolveSibling(folder.getFileName() + "-beside"), "[]");
        Files.setLastModifiedTime(beside, time);
        Files.move(beside, config, StandardCopyOption.REPLACE_EXISTING);

        assertThat(Files.getLastModifiedTime(config)).isEqualTo(time);
        assertThat(FolderState.of(folder)).isNotEqualTo(before);
    }

    @Test
    void of_folderThatIsNotThere_isUnlikeAnEmptyOne() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));

        assertThat(FolderState.of(folder.resolve("nowhere")))
                .isNotEqualTo(FolderState.of(empty))
                .isEqualTo(FolderState.of(folder.resolve("nowhere")));
    }

    private interface Change {
        void make() throws IOException;
    }
}
