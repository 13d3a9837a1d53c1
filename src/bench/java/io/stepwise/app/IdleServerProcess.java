package io.stepwise.app;

import io.stepwise.bench.load.IdleServer;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process with this program's {@code stepwise serve}, whose engines {@link IdleWiring} replaces by ones that compute
 * nothing.
 *
 * @param log the file with its output
 */
public record IdleServerProcess(Process process, Path log, URI address) implements IdleServer {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Pattern LISTENING = Pattern.compile("Listening on: (http://\\S+)");

    /** Starts the process on a free port and returns when it is ready. */
    public static IdleServer start() throws IOException, InterruptedException {
        Path log = Files.createTempFile("stepwise-bench", ".log");
        List<String> command = new ArrayList<>(OwnProgram.command(List.of(), Map.of()));
        command.addAll(List.of("serve", "--port", "0", "--host", "127.0.0.1"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (process.isAlive() && System.nanoTime() < deadline) {
            Matcher listening = LISTENING.matcher(Files.readString(log));
            if (listening.find() && isReady(listening.group(1))) {
                return new IdleServerProcess(process, log, URI.create(listening.group(1)));
            }
            Thread.sleep(200);
        }
        process.destroyForcibly();
        throw new IOException("the server is not ready; it says, in " + log + ": " + Files.readString(log));
    }

    private static boolean isReady(String address) throws IOException {
        HttpURLConnection health = (HttpURLConnection)
                URI.create(address + "/q/health/ready").toURL().openConnection();
        try {
            return health.getResponseCode() == HttpURLConnection.HTTP_OK;
        } finally {
            health.disconnect();
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.destroy();
        process.waitFor();
        Files.deleteIfExists(log);
    }
}
