package io.stepwise.training.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** As much of MLflow's REST interface (https://mlflow.org/docs/latest/rest-api.html) as a run needs, with one experiment. */
final class FakeMlflow implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String API = "/api/2.0/mlflow/";
    private static final String ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts/";

    /** Runs by their id on the server: name, status, end_time. */
    final Map<String, ObjectNode> runs = new ConcurrentHashMap<>();

    final List<JsonNode> metrics = new CopyOnWriteArrayList<>();
    final Map<String, String> parameters = new ConcurrentHashMap<>();
    final Map<String, byte[]> artifacts = new ConcurrentHashMap<>();
    final List<String> authorizations = new CopyOnWriteArrayList<>();
    final List<String> calls = new CopyOnWriteArrayList<>();
    volatile String experiment = "";
    volatile boolean servesArtifacts = true;
    volatile boolean broken;

    private final HttpServer server;

    FakeMlflow(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", this::handle);
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    MlflowServer address(Map<String, String> variables) {
        return MlflowServer.of("http://localhost:" + port() + "/", "pictures", variables);
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        URI uri = exchange.getRequestURI();
        authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        calls.add(exchange.getRequestMethod() + " " + uri.getPath());
        if (broken) {
            answer(exchange, 503, "{}");
        } else if (uri.getPath().startsWith(ARTIFACTS)) {
            artifacts.put(uri.getPath().substring(ARTIFACTS.length()), body);
            answer(exchange, 200, "{}");
        } else {
            String query = String.valueOf(uri.getQuery());
            JsonNode json = body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
            ObjectNode answer =
                    api(exchange.getRequestMethod() + " " + uri.getPath().substring(API.length()), query, json);
            answer(exchange, answer.has("error_code") ? 404 : 200, answer.toString());
        }
    }

    private ObjectNode api(String call, String query, JsonNode body) {
        ObjectNode answer = JSON.createObjectNode();
        switch (call) {
            case "GET experiments/get-by-name" -> {
                if (experiment.isEmpty()) {
                    return answer.put("error_code", "RESOURCE_DOES_NOT_EXIST").put("message", "no such experiment");
                }
                answer.putObject("experiment").put("experiment_id", "7").put("name", experiment);
            }
            case "POST experiments/create" -> {
                experiment = body.path("name").asText();
                answer.put("experiment_id", "7");
            }
            case "POST runs/search" ->
                runs.values().stream()
                        .filter(run -> body.path("filter")
                                .asText()
                                .contains("'" + run.path("run_name").asText() + "'"))
                        .forEach(run -> answer.withArray("runs").addObject().set("info", run));
            case "POST runs/create" -> {
                String id = "r" + runs.size();
                runs.put(
                        id,
                        ((ObjectNode) body.deepCopy())
                                .put("run_id", id)
                                .put("status", "RUNNING")
                                .put(
                                        "artifact_uri",
                                        servesArtifacts ? "mlflow-artifacts:/7/" + id + "/artifacts" : "s3://bucket"));
                runs.get(id).remove("tags");
                answer.putObject("run").set("info", runs.get(id));
            }
            case "GET runs/get" -> {
                ObjectNode run = answer.putObject("run");
                run.set("info", runs.get(query.replaceAll(".*run_id=", "")));
                metrics.forEach(
                        metric -> run.withObject("/data").withArray("metrics").add(metric));
            }
            case "POST runs/log-batch" -> {
                body.path("metrics").forEach(metrics::add);
                body.path("params")
                        .forEach(each -> parameters.put(
                                each.path("key").asText(), each.path("value").asText()));
            }
            case "POST runs/update" -> runs.get(body.path("run_id").asText()).setAll((ObjectNode) body);
            case "GET artifacts/list" ->
                artifacts.keySet().forEach(path -> answer.withArray("files")
                        .addObject()
                        .put("path", path.replaceFirst(".*/artifacts/", "")));
            default -> throw new IllegalStateException(call);
        }
        return answer;
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
