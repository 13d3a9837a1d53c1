package io.stepwise.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnershipTest {
    @TempDir
    private Path runs;

    @Test
    void isOurs_asked_saysInTheFileWhoItIs() throws Exception {
        Files.writeString(
                runs.resolve(".supervisor"), "123456789 a-host-with-a-long-name-that-was-here-before-us-and-is-gone\n");
        try (Ownership ownership = new Ownership(runs)) {
            assertThat(ownership.isOurs()).isTrue();
            assertThat(Files.readString(runs.resolve(".supervisor")))
                    .startsWith(ProcessHandle.current().pid() + " ")
                    .matches("\\d+ [^\\n]*\\n");
        }
    }

    @Test
    void isOurs_taken_isOursOnceTheOtherIsGone() throws Exception {
        try (Ownership ours = new Ownership(runs);
                Ownership theirs = new Ownership(runs)) {
            assertThat(theirs.isOurs()).isTrue();
            assertThat(ours.isOurs()).isFalse();
            theirs.close();
            assertThat(ours.isOurs()).isTrue();
        }
    }
}
