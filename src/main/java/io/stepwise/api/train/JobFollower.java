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
 * What is new in a run, from one call to the next. A file is read only when its size has changed. For one thread at a
 * time.
 */
final class JobFollower {
    private final RunFolder run;
    private long seenEvent;
    private int seenStep;
    private long eventsSize = -1;
    private long metricsSize = -1;
    private boolean over;

    /**
     * Something to tell a client.
     *
     * @param id of an event, which a client may resume after; null for measurements
     * @param name of the kind: that of the event, or {@code metrics}
     * @param json the event or the row
     */
    record Message(@Nullable Long id, String name, String json) {}

    /**
     * @param afterEvent the last event the client knows, 0 for none
     * @param afterStep the last step whose measurements it knows
     */
    JobFollower(RunFolder run, long afterEvent, int afterStep) {
        this.run = run;
        seenEvent = afterEvent;
        seenStep = afterStep;
    }

    /** What was written since the last call, in the order of the steps. */
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

    /** Whether the run was over at the last call: nothing will follow unless somebody resumes it. */
    boolean isOver() {
        return over;
    }

    private long size(String name) throws IOException {
        Path file = run.root().resolve(name);
        return Files.exists(file) ? Files.size(file) : 0;
    }
}
