package io.stepwise.training.mlflow;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

/**
 * An MLflow tracking server.
 *
 * @param uri http or https, as in {@code MLFLOW_TRACKING_URI}
 * @param experiment name of the experiment that runs belong to; created if it does not exist
 * @param variables MLflow's own: {@code MLFLOW_TRACKING_USERNAME} and {@code MLFLOW_TRACKING_PASSWORD}, or {@code
 *     MLFLOW_TRACKING_TOKEN}, and {@code MLFLOW_TRACKING_INSECURE_TLS}; others are ignored
 */
public record MlflowServer(URI uri, String experiment, Map<String, String> variables) {
    private static final String USERNAME = "MLFLOW_TRACKING_USERNAME";
    private static final String PASSWORD = "MLFLOW_TRACKING_PASSWORD";
    private static final String TOKEN = "MLFLOW_TRACKING_TOKEN";
    private static final String INSECURE = "MLFLOW_TRACKING_INSECURE_TLS";

    /** @throws IllegalArgumentException naming the component, its value and what is allowed */
    public MlflowServer {
        if (uri.getHost() == null || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
            throw new IllegalArgumentException("uri is \"" + uri + "\", must be an http or https URL");
        }
        if (experiment.isBlank()) {
            throw new IllegalArgumentException("experiment is blank, must be a name");
        }
        variables = Map.copyOf(variables);
    }

    /** @throws IllegalArgumentException also when it is no URL */
    public static MlflowServer of(String uri, String experiment, Map<String, String> variables) {
        URI parsed;
        try {
            parsed = URI.create(uri.replaceFirst("/+$", ""));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("uri is \"" + uri + "\", must be an http or https URL", e);
        }
        return new MlflowServer(parsed, experiment, variables);
    }

    /** A client of its REST interface; the caller closes it. */
    MlflowClient client() {
        boolean basic = variables.containsKey(USERNAME) && variables.containsKey(PASSWORD);
        return new MlflowClient(new BasicMlflowHostCreds(
                uri.toString(),
                basic ? variables.get(USERNAME) : null,
                basic ? variables.get(PASSWORD) : null,
                variables.get(TOKEN),
                Boolean.parseBoolean(variables.get(INSECURE))));
    }

    /** The header {@code Authorization}, as the client sends it. */
    Optional<String> authorization() {
        String user = variables.get(USERNAME);
        String password = variables.get(PASSWORD);
        if (user != null && password != null) {
            byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
            return Optional.of("Basic " + Base64.getEncoder().encodeToString(both));
        }
        return Optional.ofNullable(variables.get(TOKEN)).map(token -> "Bearer " + token);
    }

    /** Names the server without the credentials that its URL may have. */
    @Override
    public String toString() {
        return uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
    }
}
