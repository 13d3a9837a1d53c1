package io.stepwise.repository.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnedFolderTest {
    private static final Instant LONG_AGO = Instant.EPOCH;
    private static final Instant SOON = Instant.now().plusSeconds(3600);

    @TempDir
    private Path root;

    private Stream<Path> entries() throws IOException {
        try (Stream<Path> entries = Files.list(root)) {
            return entries.toList().stream();
        }
    }

    @Test
    void close_afterTheContentWasRenamed_leavesNothingElse() throws IOException {
        try (OwnedFolder folder = OwnedFolder.in(root, ".new-")) {
            Files.writeString(folder.content().resolve("a"), "a");
            Files.move(folder.content(), root.resolve("done"));
        }
        assertThat(entries()).containsExactly(root.resolve("done"));
        assertThat(root.resolve("done/a")).hasContent("a");
    }

    @Test
    void sweep_folderOfThisProcess_staysHoweverOldItIs() throws IOException {
        try (OwnedFolder folder = OwnedFolder.in(root, ".new-")) {
            OwnedFolder.sweep(root, ".new-", SOON);
            assertThat(folder.content()).exists();
        }
        assertThat(entries()).isEmpty();
    }

    @Test
    void sweep_folderWithoutLock_goesWhenItIsOld() throws IOException {
        Files.createDirectories(root.resolve(".new-1/files"));
        OwnedFolder.sweep(root, ".new-", LONG_AGO);
        assertThat(entries()).hasSize(1);
        OwnedFolder.sweep(root, ".new-", SOON);
        assertThat(entries()).isEmpty();
        OwnedFolder.sweep(root.resolve("nowhere"), ".new-", SOON);
    }

    /** A main program for another process: owns a folder until it is killed. */
    static final class Owner {
        public static void main(String[] args) throws Exception {
            try (OwnedFolder folder = OwnedFolder.in(Path.of(args[0]), ".new-")) {
                Files.writeString(folder.content().resolve("half"), "half");
                System.out.println(folder.content());
                System.out.flush();
                TimeUnit.MINUTES.sleep(5);
            }
        }
    }

    @Test
    void sweep_folderOfAnotherProcess_staysWhileThatLivesAndGoesWhenItWasKilled() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Owner.class.getName(),
                        root.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            Path content = Path.of(process.inputReader().readLine());
            OwnedFolder.sweep(root, ".new-", SOON);
            assertThat(content.resolve("half")).exists();
        } finally {
            process.destroyForcibly().waitFor();
        }
        OwnedFolder.sweep(root, ".new-", LONG_AGO);
        assertThat(entries()).isEmpty();
    }
}
