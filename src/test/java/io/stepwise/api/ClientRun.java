package io.stepwise.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Programs that are not ours, run by tests in a folder under target. */
public final class ClientRun {
    /** Where Node finds the packages of {@code src/test/clients}. */
    static final Path FOLDER = Path.of("target/clients");

    private static final Path SOURCES = Path.of("src/test/clients");
    private static final int MINUTES = 5;

    private ClientRun() {}

    /** Skips the test where there is no Node; else installs what the lock file says, unless that has been done. */
    public static void needNode() throws IOException, InterruptedException {
        assumeTrue(isThere("node") && isThere("npm"), "node and npm are not installed");
        Files.createDirectories(FOLDER);
        for (String name : List.of(".npmrc", "package.json", "package-lock.json", "openai.mjs")) {
            Files.copy(SOURCES.resolve(name), FOLDER.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        Path done = FOLDER.resolve("installed-lock.json");
        Path lock = FOLDER.resolve("package-lock.json");
        if (!Files.exists(done) || Files.mismatch(done, lock) >= 0) {
            run(Map.of(), "npm", "ci");
            Files.copy(lock, done, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Whether a program can be run here. */
    static boolean isThere(String program) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(program, "--version")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(MINUTES, TimeUnit.MINUTES) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** Runs a program in {@link #FOLDER}; fails with what it has said unless it ends well. */
    public static void run(Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        Files.createDirectories(FOLDER);
        Path log = Files.createTempFile(FOLDER, "run", ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        try {
            assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES))
                    .as("%s ends in %d minutes", List.of(command), MINUTES)
                    .isTrue();
            assertThat(process.exitValue())
                    .as("%s%n%s", List.of(command), Files.readString(log))
                    .isZero();
        } finally {
            process.destroyForcibly();
            Files.delete(log);
        }
    }
}
