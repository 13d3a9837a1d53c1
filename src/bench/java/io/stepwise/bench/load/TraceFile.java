package io.stepwise.bench.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.diffusion.sampler.SamplerName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The traces of a sweep in a file of JSON lines. A line {@code {"load":0.5,"window_s":12.5}} starts a trace; the lines
 * after it are its arrivals.
 */
final class TraceFile {
    private static final JsonMapper JSON = new JsonMapper();

    private TraceFile() {}

    /** Writes {@code levels} and replaces the file. */
    static void write(Path file, List<LoadLevel> levels) throws IOException {
        List<String> lines = new ArrayList<>();
        for (LoadLevel level : levels) {
            lines.add(JSON.writeValueAsString(JsonNodeFactory.instance
                    .objectNode()
                    .put("load", level.load())
                    .put("window_s", seconds(level.trace().window()))));
            for (Arrival arrival : level.trace().arrivals()) {
                lines.add(JSON.writeValueAsString(json(arrival)));
            }
        }
        Files.write(file, lines);
    }

    /**
     * Reads a file.
     *
     * @throws IOException if the file does not exist or is invalid; the message gives the line
     */
    static List<LoadLevel> read(Path file) throws IOException {
        List<LoadLevel> levels = new ArrayList<>();
        double load = 0;
        Duration window = Duration.ZERO;
        List<Arrival> arrivals = new ArrayList<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            try {
                JsonNode json = JSON.readTree(line);
                if (json.has("window_s")) {
                    flush(levels, load, window, arrivals);
                    load = json.path("load").doubleValue();
                    window = duration(json.path("window_s").doubleValue());
                } else {
                    arrivals.add(arrival(json));
                }
            } catch (IOException | IllegalArgumentException e) {
                throw new IOException(file + " line " + number + " is no arrival: " + e.getMessage(), e);
            }
        }
        flush(levels, load, window, arrivals);
        return levels;
    }

    private static void flush(List<LoadLevel> levels, double load, Duration window, List<Arrival> arrivals) {
        if (!window.isZero() || !arrivals.isEmpty()) {
            levels.add(new LoadLevel(load, new Trace(window, arrivals)));
            arrivals.clear();
        }
    }

    private static ObjectNode json(Arrival arrival) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("at_s", seconds(arrival.at()))
                .put("n", arrival.n())
                .put("steps", arrival.steps())
                .put("sampler", arrival.sampler().wireName())
                .put("seed", arrival.seed())
                .put("label", arrival.label())
                .put("guidance", arrival.guidance())
                .put("priority", arrival.priority());
        Duration deadline = arrival.deadline();
        return deadline == null ? json : json.put("deadline_s", seconds(deadline));
    }

    private static Arrival arrival(JsonNode json) {
        String sampler = json.path("sampler").asText();
        JsonNode label = json.path("label");
        return new Arrival(
                duration(json.path("at_s").doubleValue()),
                json.path("n").intValue(),
                json.path("steps").intValue(),
                SamplerName.of(sampler)
                        .orElseThrow(() -> new IllegalArgumentException("sampler \"" + sampler + "\" does not exist")),
                json.path("seed").longValue(),
                label.isTextual() ? label.textValue() : null,
                json.path("guidance").doubleValue(),
                json.path("priority").intValue(),
                json.has("deadline_s") ? duration(json.path("deadline_s").doubleValue()) : null);
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    private static Duration duration(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }
}
