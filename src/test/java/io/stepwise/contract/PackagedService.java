package io.stepwise.contract;

import static io.stepwise.Waiting.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The packaged application in a process of its own, started by {@code ./stepwise serve} as users start it. Quarkus's own
 * extension for such tests starts a program without arguments, and ours wants a command.
 */
public final class PackagedService implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("Listening on: (http://\\S+)");

    private final Process process;
    /** The smallest model of the repository: tests are faster with it than with the default model. */
    static final Path SMALL = Path.of("models", "faces", "1");

    private final Path log;
    private final String url;

    private PackagedService(Process process, Path log) {
        this.process = process;
        this.log = log;
        url = waiting("the service is ready").until(this::readyAt, address -> !address.isEmpty());
    }

    /**
     * Starts it on a free port, and returns when it is ready.
     *
     * @param folder where models, runs and data sets lie; if there are no models, {@link #SMALL} is copied to there
     * @param settings in the environment, beside those
     */
    public static PackagedService start(Path folder, Map<String, String> settings) throws IOException {
        if (!Files.exists(folder.resolve("models"))) {
            copyModels(folder, SMALL);
        }
        Path log = Files.createTempFile(folder, "service", ".log");
        ProcessBuilder builder = new ProcessBuilder("./stepwise", "serve")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        Map<String, String> environment = builder.environment();
        environment.put("QUARKUS_HTTP_PORT", "0");
        environment.put("STEPWISE_MODELS", folder.resolve("models").toString());
        environment.put("STEPWISE_RUNS", folder.resolve("runs").toString());
        environment.put("STEPWISE_DATASETS", folder.resolve("datasets").toString());
        environment.put("STEPWISE_ENGINE_CACHE", folder.resolve("cache").toString());
        environment.putAll(settings);
        Process process = builder.start();
        try {
            return new PackagedService(process, log);
        } catch (RuntimeException | Error e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** Copies what is below {@code part} of the repository's models to {@code folder}. */
    static void copyModels(Path folder, Path part) throws IOException {
        try (Stream<Path> paths = Files.walk(part)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Path copy = folder.resolve(path);
                if (!Files.isDirectory(path)) {
                    Files.createDirectories(copy.resolveSibling(""));
                    Files.copy(path, copy);
                }
            }
        }
    }

    private String readyAt() throws IOException {
        assertThat(process.isAlive()).as(log()).isTrue();
        Matcher listening = LISTENING.matcher(log());
        if (!listening.find()) {
            return "";
        }
        HttpURLConnection health = (HttpURLConnection)
                URI.create(listening.group(1) + "/q/health/ready").toURL().openConnection();
        try {
            return health.getResponseCode() == HttpURLConnection.HTTP_OK ? listening.group(1) : "";
        } finally {
            health.disconnect();
        }
    }

    /** Where it listens, without a path. */
    public String url() {
        return url;
    }

    /** Ends it at once, as a crash does. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** As a client with that key sees it; empty for none. */
    Service as(String key) {
        return new Service(url, key);
    }

    /** All that it has printed. */
    String log() throws IOException {
        return Files.readString(log);
    }

    /** Ends it with SIGTERM, as operators do; fails unless it ends well. */
    @Override
    public void close() throws IOException, InterruptedException {
        process.destroy();
        boolean ended = process.waitFor(2, TimeUnit.MINUTES);
        process.destroyForcibly();
        assertThat(ended).as(log()).isTrue();
        assertThat(process.exitValue()).as(log()).isZero();
    }
}
