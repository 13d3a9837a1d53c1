package io.stepwise.serving.versions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryWatchTest {
    private static final Duration NEVER = Duration.ofHours(1);

    @TempDir
    Path root;

    private final Semaphore looks = new Semaphore(0);

    private RepositoryWatch watch(Duration interval) {
        RepositoryWatch watch =
                new RepositoryWatch(interval, () -> Set.of(root, root.resolve("faces")), looks::release);
        watch.start();
        return watch;
    }

    private void awaitLook() throws InterruptedException {
        assertThat(looks.tryAcquire(1, TimeUnit.MINUTES)).as("a look").isTrue();
    }

    /** The system tells: no interval passes. */
    @Test
    void look_aVersionIsRenamedIntoAFolder_happensAtOnce() throws Exception {
        Path staging = Files.createDirectories(root.resolve("faces/.publish"));
        try (RepositoryWatch watch = watch(NEVER)) {
            awaitLook(); // the folders are watched now
            looks.drainPermits();
            Files.move(staging, root.resolve("faces/1"), StandardCopyOption.ATOMIC_MOVE);
            awaitLook();
        }
    }

    /** What happened between the folder's birth and its being watched is looked at too. */
    @Test
    void look_aFolderThatComesLater_isWatchedToo() throws Exception {
        try (RepositoryWatch watch = watch(NEVER)) {
            awaitLook();
            looks.drainPermits();
            Files.createDirectory(root.resolve("faces"));
            awaitLook(); // of the root
            awaitLook(); // of the new folder, once it is watched
            looks.drainPermits();
            Files.writeString(root.resolve("faces/model.json"), "{}");
            awaitLook();
        }
    }

    @Test
    void look_nothingTold_happensAfterEveryInterval() throws Exception {
        Path elsewhere = root.resolve("not/there");
        RepositoryWatch polling = new RepositoryWatch(Duration.ofMillis(10), () -> Set.of(elsewhere), looks::release);
        polling.start();
        try (polling) {
            awaitLook();
            awaitLook();
            awaitLook();
        }
    }

    @Test
    void close_whileItWaits_endsIt() throws Exception {
        RepositoryWatch watch = watch(NEVER);
        awaitLook();
        watch.close();
        looks.drainPermits();
        Files.writeString(root.resolve("x"), "");
        assertThat(looks.tryAcquire()).isFalse();
    }

    @Test
    void look_folderThatIsDeletedAndComesBack_isWatchedAgain() throws IOException, InterruptedException {
        Path faces = Files.createDirectory(root.resolve("faces"));
        try (RepositoryWatch watch = watch(NEVER)) {
            awaitLook();
            looks.drainPermits();
            Files.delete(faces);
            awaitLook();
            Files.createDirectory(faces);
            awaitLook();
            awaitLook();
            looks.drainPermits();
            Files.writeString(faces.resolve("model.json"), "{}");
            awaitLook();
        }
    }
}
