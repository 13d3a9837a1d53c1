package io.stepwise.api.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.training.run.MetricsRow;
import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is new in a run since the last call. Reads a file only if its size has changed. For one thread at a time.
 */
final class JobFollower {
    private final RunFolder run;
    private long seenEvent;
    private int seenStep;
    private long eventsSize = -1;
    private long metricsSize = -1;
    private boolean over;

    /**
     * A message to a client.
     *
     * @param id of an event, after which a client may resume; null for measurements
     * @param name the name of the event, or {@code metrics}
     * @param json the event or the row
     */
    record Message(@Nullable Long id, String name, String json) {}

    /**
     * @param afterEvent the last event that the client knows, 0 for none
     * @param afterStep the last step whose measurements the client knows
     */
    JobFollower(RunFolder run, long afterEvent, int afterStep) {
        this.run = run;
        seenEvent = afterEvent;
        seenStep = afterStep;
    }

    /** Everything that was written since the last call, in the order of the steps. */
    List<Message> news() throws IOException {
        long events = size("events.jsonl");
        long metrics = size("metrics.jsonl");
        Deque<MetricsRow> rows = new ArrayDeque<>(metrics == metricsSize ? List.of() : run.metrics(seenStep));
        List<Message> news = new ArrayList<>();
        if (events != eventsSize) {
            for (RunEvent event : run.events(seenEvent)) {
                addMetrics(news, rows, event.step());
                ObjectNode json = event.toJson();
                news.add(new Message(event.id(), json.path("type").asText(), json.toString()));
                seenEvent = event.id();
                over = event.status().state().isLast();
            }
        }
        addMetrics(news, rows, Integer.MAX_VALUE);
        eventsSize = events;
        metricsSize = metrics;
        return news;
    }

    private void addMetrics(List<Message> news, Deque<MetricsRow> rows, int upTo) {
        while (!rows.isEmpty() && rows.getFirst().step() <= upTo) {
            MetricsRow row = rows.removeFirst();
            news.add(new Message(null, "metrics", row.toJson().toString()));
            seenStep = row.step();
        }
    }

    /** Whether the run had ended at the last call. Nothing follows unless the run is resumed. */
    boolean isOver() {
        return over;
    }

    private long size(String name) throws IOException {
        Path file = run.root().resolve(name);
        return Files.exists(file) ? Files.size(file) : 0;
    }
}
