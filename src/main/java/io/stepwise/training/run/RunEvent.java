package io.stepwise.training.run;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to a run; one line of {@code events.jsonl}.
 *
 * @param id 1 for the run's first event, then counting up
 * @param step the last optimizer step, 0 before the first
 * @param status of the run after it
 * @param details strings, numbers, booleans, nulls, lists and maps of these; their names differ from {@code id}, {@code
 *     time}, {@code type}, {@code step}, {@code state}, {@code wanted}, {@code crashes}, beside which they stand in the
 *     JSON object
 */
public record RunEvent(
        long id, Instant time, Type type, int step, RunStatus status, Map<String, @Nullable Object> details) {
    private static final List<String> OWN = List.of("id", "time", "type", "step", "state", "wanted", "crashes");
    private static final JsonMapper MAPPER = new JsonMapper();

    /** Kinds of events; the JSON name is the lower-case one. */
    public enum Type {
        /** The run was created or resumed, and waits for a process. */
        QUEUED,
        /** A reason why it cannot start, such as that no machine is free. */
        WAITING,
        /** A process begins at step 0. */
        STARTED,
        /** A process goes on from a checkpoint. */
        RESUMED,
        /** A warning for people, such as signal left at the last timestep. */
        WARNING,
        SAMPLE,
        CHECKPOINT,
        PUBLISHED,
        PAUSE_ASKED,
        RESUME_ASKED,
        CANCEL_ASKED,
        /** The process has stopped at a checkpoint, on request. */
        PAUSED,
        /** The process has died. */
        CRASHED,
        /** A problem outside the run, such as a full disk, has paused it. */
        BLOCKED,
        FINISHED,
        CANCELLED,
        FAILED
    }

    public RunEvent {
        if (id < 1) {
            throw new IllegalArgumentException("id " + id + " must be 1 or more");
        }
        if (step < 0) {
            throw new IllegalArgumentException("step " + step + " must be 0 or more");
        }
        for (String own : OWN) {
            if (details.containsKey(own)) {
                throw new IllegalArgumentException("details must not have '" + own + "'");
            }
        }
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }

    /** The JSON object, in the order of the file. */
    public ObjectNode toJson() {
        ObjectNode node = MAPPER.createObjectNode()
                .put("id", id)
                .put("time", time.toString())
                .put("type", type.name().toLowerCase(Locale.ROOT))
                .put("step", step)
                .put("state", status.state().wireName());
        RunState wanted = status.wanted();
        if (wanted != null) {
            node.put("wanted", wanted.wireName());
        }
        if (status.crashes() > 0) {
            node.put("crashes", status.crashes());
        }
        details.forEach((name, value) -> node.set(name, MAPPER.valueToTree(value)));
        return node;
    }

    static RunEvent fromJson(ObjectNode node) throws IOException {
        try {
            ObjectNode rest = node.deepCopy();
            rest.remove(OWN);
            Type type = Type.valueOf(upper(node.path("type")));
            RunStatus status = status(node);
            return new RunEvent(
                    node.path("id").longValue(),
                    Instant.parse(node.path("time").asText()),
                    type,
                    node.path("step").intValue(),
                    status == null ? RunStatus.after(null, type, false) : status,
                    MAPPER.convertValue(rest, new TypeReference<>() {}));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IOException("no event: " + node + ": " + e.getMessage(), e);
        }
    }

    /** The status in a line; null if the line, or its status, is missing. */
    static @Nullable RunStatus status(ObjectNode line) {
        if (!line.hasNonNull("state")) {
            return null;
        }
        String wanted = line.path("wanted").asText("");
        return new RunStatus(
                RunState.valueOf(upper(line.path("state"))),
                wanted.isEmpty() ? null : RunState.valueOf(upper(line.path("wanted"))),
                line.path("crashes").intValue());
    }

    private static String upper(JsonNode name) {
        return name.asText().toUpperCase(Locale.ROOT);
    }
}
