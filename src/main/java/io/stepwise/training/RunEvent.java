package io.stepwise.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to a run; one line of {@code events.jsonl}.
 *
 * @param id 1 for the run's first event, then one more each
 * @param time when
 * @param type what
 * @param step the optimizer step that was done last, 0 before the first
 * @param details strings, numbers, booleans, nulls, lists and maps of these; names other than {@code id}, {@code time},
 *     {@code type}, {@code step}, beside which they stand in the JSON object
 */
public record RunEvent(long id, Instant time, Type type, int step, Map<String, @Nullable Object> details) {
    private static final JsonMapper MAPPER = new JsonMapper();

    /** Kinds of events; the JSON name is the lower-case one. */
    public enum Type {
        STARTED,
        RESUMED,
        /** Something a person should know, such as signal left at the last timestep. */
        WARNING,
        SAMPLE,
        CHECKPOINT,
        PUBLISHED,
        PAUSED,
        FINISHED,
        CANCELLED,
        FAILED;

        /** Whether nothing follows unless somebody resumes the run. */
        public boolean isLast() {
            return this == FINISHED || this == CANCELLED || this == FAILED;
        }
    }

    public RunEvent {
        if (id < 1) {
            throw new IllegalArgumentException("id " + id + " must be 1 or more");
        }
        if (step < 0) {
            throw new IllegalArgumentException("step " + step + " must be 0 or more");
        }
        for (String own : new String[] {"id", "time", "type", "step"}) {
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
                .put("type", JsonFields.jsonName(type))
                .put("step", step);
        details.forEach((name, value) -> node.set(name, MAPPER.valueToTree(value)));
        return node;
    }

    static RunEvent fromJson(ObjectNode node) throws IOException {
        try {
            ObjectNode rest = node.deepCopy();
            JsonNode id = rest.path("id");
            JsonNode time = rest.path("time");
            Type type = JsonFields.constant(Type.class, rest.path("type").asText());
            JsonNode step = rest.path("step");
            rest.remove(List.of("id", "time", "type", "step"));
            Map<String, @Nullable Object> details = JsonFields.plainMap(rest);
            return new RunEvent(id.longValue(), Instant.parse(time.asText()), type, step.intValue(), details);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IOException("no event: " + node + ": " + e.getMessage(), e);
        }
    }
}
