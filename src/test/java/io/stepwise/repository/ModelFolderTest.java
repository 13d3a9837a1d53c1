package io.stepwise.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.repository.files.InvalidModelException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Publishing that stops between two of its steps, as a crash does. */
class ModelFolderTest {
    private static final Instant CREATED = Instant.parse("2026-01-02T03:04:05Z");
    private final Instant later = Instant.now().plusSeconds(3600);
    private final Instant earlier = Instant.now().minusSeconds(3600);

    @TempDir
    private Path temporary;

    private ModelFolder model;

    @BeforeEach
    void open() {
        model = new ModelFolder("faces", temporary.resolve("faces"));
    }

    @Test
    void stage_crashWhileWriting_isNoVersionAndIsSwept() throws IOException {
        Path left = Files.createDirectories(model.folder().resolve(".publish-left/content"));
        Files.writeString(left.resolve("model_index.json"), "{");
        Files.writeString(left.resolveSibling(".lock"), "");
        assertThat(model.versions()).isEmpty();
        model.sweep(earlier);
        assertThat(entries()).isEmpty();
    }

    @Test
    void seal_crashBeforeCommit_isNoVersionAndTheNextPublisherTakesItsNumber() throws IOException {
        sealed();
        assertThat(model.versions()).isEmpty();
        assertThat(model.commit(sealed()).number()).isEqualTo(1);
        assertThat(model.versions()).hasSize(1);
    }

    @Test
    void commit_whileOthersSweep_publishesWhatIsOwned() throws IOException {
        Path staging = sealed();
        model.sweep(later);
        assertThat(model.commit(staging).number()).isEqualTo(1);
    }

    @Test
    void commit_numberTakenByAnother_takesTheNextOne() throws IOException {
        Path first = sealed();
        Path second = sealed();
        assertThat(model.commit(first).number()).isEqualTo(1);
        assertThat(model.commit(second).number()).isEqualTo(2);
    }

    @Test
    void commit_otherFailure_isReported() {
        assertThatThrownBy(() -> model.commit(temporary.resolve("nowhere"))).isInstanceOf(FileSystemException.class);
    }

    @Test
    void delete_crashBeforeTheFilesAreGone_leavesNoVersionAndIsSwept() throws IOException {
        ModelVersion version = model.commit(sealed());
        Path trash = model.folder().resolve(".trash-1");
        Files.move(version.folder(), trash);
        assertThat(model.versions()).isEmpty();
        model.sweep(earlier);
        assertThat(trash).doesNotExist();
    }

    @Test
    void versions_folderWithoutManifestOrLink_isNone() throws IOException {
        ModelVersion version = model.commit(sealed());
        Files.createDirectories(model.folder().resolve("2"));
        Files.createSymbolicLink(model.folder().resolve("3"), version.folder());
        assertThat(model.versions()).containsExactly(version);
    }

    @Test
    void seal_linkInTheFolder_isRefused() throws IOException {
        Path staging = model.stage().content();
        TinyModel.write(staging, 1);
        Files.createSymbolicLink(staging.resolve("unet/extra"), temporary);
        assertThatThrownBy(() -> ModelFolder.seal(staging, CREATED, VersionMetadata.NONE))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("unet/extra is a link");
    }

    private Path sealed() throws IOException {
        Path staging = model.stage().content();
        TinyModel.write(staging, 1);
        ModelFolder.seal(staging, CREATED, VersionMetadata.NONE);
        return staging;
    }

    private Stream<Path> entries() throws IOException {
        try (Stream<Path> entries = Files.list(model.folder())) {
            return entries.toList().stream();
        }
    }
}
