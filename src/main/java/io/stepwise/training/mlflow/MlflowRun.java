package io.stepwise.training.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.training.run.MetricsRow;
import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.run.RunState;
import io.stepwise.training.spec.TrainingSpecJson;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mlflow.api.proto.Service.CreateRun;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.tracking.MlflowClient;

/**
 * A run on an MLflow server: its name is the run's id, its parameters are the specification, and it gets the rows of
 * metrics, the sample grids and the state.
 *
 * <p>Used by one thread. After a failure a new one goes on where the server is.
 */
final class MlflowRun implements AutoCloseable {
    private static final String NAME_TAG = "mlflow.runName";
    private static final int ROWS_PER_REQUEST = 40; // a request may have 1000 metrics
    private static final int LONGEST_VALUE = 500;

    private final RunFolder run;
    private final MlflowClient client;
    private final RunInfo info;
    private final MlflowArtifacts artifacts;
    private long lastStep;
    private @Nullable RunState state;

    /**
     * Finds the run on the server, or creates it.
     *
     * @throws RuntimeException of the client, when the server does not answer
     */
    MlflowRun(RunFolder run, MlflowServer server) throws IOException {
        this.run = run;
        client = server.client();
        try {
            String experiment = client.getExperimentByName(server.experiment())
                    .map(Experiment::getExperimentId)
                    .orElseGet(() -> client.createExperiment(server.experiment()));
            List<RunInfo> known =
                    client.searchRuns(List.of(experiment), "tags.`" + NAME_TAG + "` = '" + run.id() + "'");
            info = known.isEmpty() ? create(experiment) : known.get(0);
            lastStep = client.getRun(info.getRunId()).getData().getMetricsList().stream()
                    .mapToLong(Metric::getStep)
                    .max()
                    .orElse(0);
            artifacts = new MlflowArtifacts(server, client, info);
        } catch (IOException | RuntimeException e) {
            client.close();
            throw e;
        }
    }

    private RunInfo create(String experiment) throws IOException {
        RunInfo created = client.createRun(CreateRun.newBuilder()
                .setExperimentId(experiment)
                .setRunName(run.id())
                .setStartTime(run.began().orElse(Instant.now()).toEpochMilli())
                .addTags(RunTag.newBuilder().setKey(NAME_TAG).setValue(run.id()))
                .build());
        List<Param> parameters = new ArrayList<>();
        addParameters("", TrainingSpecJson.toNode(run.spec()), parameters);
        client.logBatch(created.getRunId(), List.of(), parameters, List.of());
        return created;
    }

    /** Fields of objects are named with a point between; fields that are null are left out. */
    private static void addParameters(String prefix, ObjectNode fields, List<Param> parameters) {
        for (Map.Entry<String, JsonNode> field : fields.properties()) {
            String name = prefix + field.getKey();
            JsonNode value = field.getValue();
            if (value instanceof ObjectNode object) {
                addParameters(name + ".", object, parameters);
            } else if (!value.isNull()) {
                String text = value.isTextual() ? value.textValue() : value.toString();
                parameters.add(Param.newBuilder()
                        .setKey(name)
                        .setValue(text.substring(0, Math.min(LONGEST_VALUE, text.length())))
                        .build());
            }
        }
    }

    /** Copies what the run's folder has and the server has not. */
    void copy() throws IOException {
        long began = run.began().orElse(Instant.now()).toEpochMilli();
        List<MetricsRow> rows = run.metrics((int) lastStep);
        for (int from = 0; from < rows.size(); from += ROWS_PER_REQUEST) {
            List<MetricsRow> some = rows.subList(from, Math.min(rows.size(), from + ROWS_PER_REQUEST));
            client.logBatch(info.getRunId(), metrics(some, began), List.of(), List.of());
            lastStep = some.get(some.size() - 1).step();
        }
        for (int step : run.samples()) {
            artifacts.put(run.sampleFile(step));
        }
        RunEvent last = run.eventLog().last().orElse(null);
        if (last != null && last.status().state() != state) {
            tell(last);
        }
    }

    private static List<Metric> metrics(List<MetricsRow> rows, long began) {
        List<Metric> metrics = new ArrayList<>();
        for (MetricsRow row : rows) {
            row.values()
                    .forEach((column, value) -> metrics.add(Metric.newBuilder()
                            .setKey(column)
                            .setValue(value)
                            .setStep(row.step())
                            .setTimestamp(began + Math.round(1000 * row.wallSeconds()))
                            .build()));
        }
        return metrics;
    }

    private void tell(RunEvent event) {
        RunState now = event.status().state();
        ObjectNode update = JsonNodeFactory.instance
                .objectNode()
                .put("run_id", info.getRunId())
                .put("status", status(now));
        if (now.isLast()) {
            update.put("end_time", event.time().toEpochMilli());
        }
        client.sendPost("runs/update", update.toString());
        state = now;
    }

    private static String status(RunState state) {
        return switch (state) {
            case QUEUED, PAUSED -> "SCHEDULED";
            case RUNNING -> "RUNNING";
            case SUCCEEDED -> "FINISHED";
            case FAILED -> "FAILED";
            case CANCELLED -> "KILLED";
        };
    }

    @Override
    public void close() {
        client.close();
    }
}
