package io.stepwise.serving.versions;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.EngineException;
import io.stepwise.repository.FolderState;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.files.InvalidModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailedVersionsTest {
    private static final FolderState BEFORE = new FolderState(Map.of("a", "1"));
    private static final FolderState AFTER = new FolderState(Map.of("a", "2"));

    @TempDir
    Path folder;

    private long now = -17;
    private final FailedVersions refusals = new FailedVersions(() -> now);

    private ModelVersion version() {
        return new ModelVersion("faces", 3, folder);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void stands_versionNeverTried_isFalse() {
        assertThat(refusals.stands(version(), BEFORE, true)).isFalse();
        assertThat(refusals.reason(version())).isNull();
    }

    @Test
    void stands_faultOfTheVersion_lastsUntilTheFolderChanges() {
        refusals.add(version(), BEFORE, new InvalidModelException("weights[3] is NaN, must be finite"));
        pass(Duration.ofDays(30));

        assertThat(refusals.stands(version(), BEFORE, true)).isTrue();
        assertThat(refusals.stands(version(), AFTER, false)).isFalse();
        assertThat(refusals.reason(version())).isEqualTo("weights[3] is NaN, must be finite");
    }

    /** Somebody may still be copying into it. */
    @Test
    void stands_folderThatKeepsChanging_waitsUntilItRests() {
        refusals.add(version(), BEFORE, new InvalidModelException("x"));
        for (int i = 0; i < 10; i++) {
            pass(FailedVersions.REST);
            assertThat(refusals.stands(version(), new FolderState(Map.of("a", "more " + i)), true))
                    .isTrue();
        }
        pass(FailedVersions.REST.minusMillis(1));
        assertThat(refusals.stands(version(), new FolderState(Map.of("a", "more 9")), true))
                .isTrue();
        pass(Duration.ofMillis(1));
        assertThat(refusals.stands(version(), new FolderState(Map.of("a", "more 9")), true))
                .isFalse();
    }

    @Test
    void stands_faultOfTheMachine_isTriedAgainAfterAWhile() {
        for (Throwable fault : new Throwable[] {
            new IOException("Input/output error"),
            new UncheckedIOException(new IOException("Stale file handle")),
            new OutOfMemoryError("Java heap space"),
            new EngineException("can't allocate memory")
        }) {
            refusals.add(version(), BEFORE, fault);
            pass(FailedVersions.RETRY.minusMillis(1));
            assertThat(refusals.stands(version(), BEFORE, true)).as("%s", fault).isTrue();
            pass(Duration.ofMillis(1));
            assertThat(refusals.stands(version(), BEFORE, true)).as("%s", fault).isFalse();
        }
    }

    @Test
    void stands_faultOfTheMachine_isTriedAtOnceForAnOperator() {
        refusals.add(version(), BEFORE, new IOException("Input/output error"));
        assertThat(refusals.stands(version(), BEFORE, false)).isFalse();
    }

    @Test
    void stands_loadingThatEndedTheProcess_lastsForItsPause() {
        LoadMark.DiedException died = new LoadMark.DiedException(version(), 2);
        assertThat(refusals.add(version(), BEFORE, died))
                .isEqualTo(
                        "the service died while it loaded this version, 2 times in a row; it is tried again after 60 s, "
                                + "or at once with PUT /models/faces/served");
        pass(died.pause().minusMillis(1));
        assertThat(refusals.stands(version(), BEFORE, true)).isTrue();
        pass(Duration.ofMillis(1));
        assertThat(refusals.stands(version(), BEFORE, true)).isFalse();
    }

    @Test
    void add_fileThatIsMissing_isNamedWithinTheFolder() {
        String file = folder.resolve("unet/config.json").toString();

        assertThat(refusals.add(version(), BEFORE, new NoSuchFileException(file)))
                .isEqualTo("unet/config.json is missing");
        pass(Duration.ofDays(1));
        assertThat(refusals.stands(version(), BEFORE, true)).isTrue();
    }

    @Test
    void forgetGone_folderIsNoMore_forgets() throws IOException {
        refusals.add(version(), BEFORE, new InvalidModelException("x"));
        refusals.forgetGone();
        assertThat(refusals.reason(version())).isNotNull();

        Files.delete(folder);
        refusals.forgetGone();
        assertThat(refusals.reason(version())).isNull();
    }
}
