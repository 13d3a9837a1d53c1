package io.stepwise.training.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run's {@code events.jsonl}. Any process may append: an append sees all earlier events, and an event that the state
 * forbids is not added. The object holds only the path.
 */
public final class EventLog {
    private final JsonLines lines;

    EventLog(Path file) {
        lines = new JsonLines(file);
    }

    /**
     * Appends an event with the next number; it survives a crash of the machine.
     *
     * @throws WrongStateException when the event requests something that the state forbids
     */
    public RunEvent append(Instant time, RunEvent.Type type, int step, Map<String, ? extends @Nullable Object> details)
            throws IOException {
        return append(time, type, step, details, () -> {});
    }

    /** Something that must be done before anyone sees an event. */
    interface Preparation {
        void run() throws IOException;
    }

    /** The same, after {@code preparation} if the state allows the event. No other event comes between the two. */
    RunEvent append(
            Instant time,
            RunEvent.Type type,
            int step,
            Map<String, ? extends @Nullable Object> details,
            Preparation preparation)
            throws IOException {
        ObjectNode line = lines.append(
                last -> {
                    RunStatus status = RunStatus.after(RunEvent.status(last), type, details.containsKey("steps"));
                    preparation.run();
                    long id = last.path("id").asLong() + 1;
                    return new RunEvent(id, time, type, step, status, new LinkedHashMap<>(details)).toJson();
                },
                true);
        return RunEvent.fromJson(line);
    }

    /** Appends an event that concerns no step: it carries the step of the last event. */
    public RunEvent append(Instant time, RunEvent.Type type, Map<String, ? extends @Nullable Object> details)
            throws IOException {
        return append(time, type, last().map(RunEvent::step).orElse(0), details);
    }

    public Optional<RunEvent> last() throws IOException {
        ObjectNode last = lines.last();
        return last.isEmpty() ? Optional.empty() : Optional.of(RunEvent.fromJson(last));
    }

    /** The events with ids greater than {@code afterId}, in order; 0 for all. */
    public List<RunEvent> after(long afterId) throws IOException {
        List<RunEvent> events = new ArrayList<>();
        for (ObjectNode line : lines.read()) {
            if (line.path("id").asLong() > afterId) {
                events.add(RunEvent.fromJson(line));
            }
        }
        return events;
    }
}
