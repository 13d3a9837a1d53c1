package io.stepwise.api.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.training.run.StorageException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** What clients are told about failures of the machine. */
class RefusalTest {
    private static final String FULL = "No space left on device";

    @Test
    void of_aFullDiskHoweverItShows_is507WithoutAPath() {
        for (Throwable failure : List.of(
                new IOException(FULL),
                new FileSystemException("/srv/models/faces/model.json", null, FULL),
                new FileSystemException("/srv/models/faces/model.json", null, "Disk quota exceeded"),
                new StorageException("/srv/runs/x", new IOException(FULL)),
                new IllegalStateException("wrapped", new IOException(FULL)),
                new CompletionException(new IOException("outer", new IOException(FULL))))) {
            Refusal refusal = Refusal.of(failure, "r");

            assertThat(refusal.type()).as("%s", failure).isEqualTo(ProblemType.INSUFFICIENT_STORAGE);
            assertThat(refusal.detail()).isEqualTo("There is no room left on the service's disk.");
        }
    }

    @Test
    void of_otherFailuresOfFiles_namesNeitherPathNorClass() {
        for (IOException failure : List.of(
                new NoSuchFileException("/srv/secret"),
                new AccessDeniedException("/srv/secret"),
                new FileSystemException("/srv/secret"),
                new StorageException("/srv/secret", new AccessDeniedException("/srv/secret")),
                new FileSystemException("/srv/secret", null, "Read-only file system"))) {
            Refusal refusal = Refusal.of(failure, "r");

            assertThat(refusal.type()).isEqualTo(ProblemType.STORAGE_UNAVAILABLE);
            assertThat(refusal.detail()).doesNotContain("secret", "Exception");
            assertThat(refusal.headers()).containsKey("Retry-After");
        }
    }

    @Test
    void of_anUnexpectedFailure_saysNothingOfIt() {
        Refusal refusal = Refusal.of(new IllegalStateException("java.lang.Thing in /srv/secret"), "r-1");

        assertThat(refusal.type()).isEqualTo(ProblemType.INTERNAL_ERROR);
        assertThat(refusal.detail()).isEqualTo("The service's log knows more about request r-1.");
    }
}
