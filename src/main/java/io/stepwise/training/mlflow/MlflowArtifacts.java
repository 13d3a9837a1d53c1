package io.stepwise.training.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow.tracking.MlflowClient;

/**
 * The artifacts of a run, through the server's own proxy ({@code mlflow server --serve-artifacts}, the default). MLflow's
 * Java client would start a Python program for them.
 */
final class MlflowArtifacts {
    private static final String SCHEME = "mlflow-artifacts";
    private static final String FOLDER = "samples";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int FIRST_ERROR = 400;
    private static final JsonMapper JSON = new JsonMapper();

    private final MlflowServer server;
    private final URI root;
    private final Set<String> there = new HashSet<>();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    /** Reads which sample grids are there. */
    MlflowArtifacts(MlflowServer server, MlflowClient client, RunInfo run) throws IOException {
        this.server = server;
        root = URI.create(run.getArtifactUri());
        if (isServed()) {
            String answer = client.sendGet("artifacts/list?run_id=" + run.getRunId() + "&path=" + FOLDER);
            for (JsonNode file : JSON.readTree(answer).path("files")) {
                there.add(file.path("path").asText());
            }
        }
    }

    /** Whether the server takes artifacts itself. */
    private boolean isServed() {
        return SCHEME.equals(root.getScheme());
    }

    /** Uploads a sample grid, unless it is there or the server does not take it. */
    void put(Path grid) throws IOException {
        String path = FOLDER + "/" + grid.getFileName();
        if (!isServed() || there.contains(path)) {
            return;
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(
                        server.uri() + "/api/2.0/mlflow-artifacts/artifacts" + root.getRawPath() + "/" + path))
                .timeout(PATIENCE)
                .PUT(HttpRequest.BodyPublishers.ofFile(grid));
        server.authorization().ifPresent(value -> request.header("Authorization", value));
        try {
            HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= FIRST_ERROR) {
                throw new IOException("it answered " + answer.statusCode() + " to " + path);
            }
        } catch (InterruptedException e) {
            throw new InterruptedIOException("the upload was interrupted");
        }
        there.add(path);
    }
}
