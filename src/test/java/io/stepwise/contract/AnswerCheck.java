package io.stepwise.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import io.stepwise.contract.ContractDocument.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Compares answers with {@code openapi.yaml}: the status, the media type, the headers and the body must be as the
 * operation documents them.
 */
public final class AnswerCheck {
    /**
     * Headers that have to be documented where they are sent. The others are common to all answers, and X-Accel-Buffering is
     * for proxies.
     */
    private static final Pattern OWN_HEADERS =
            Pattern.compile("etag|location|retry-after|server-timing|content-disposition"
                    + "|preference-applied|idempotency-.*|x-(?!content-type-options|accel-buffering).*");

    /** What the service sends beside the contract: the page, health, metrics and the contract itself. */
    private static final Pattern BESIDE = Pattern.compile("/|/index\\.html|/studio(/.*|\\.svg)|/q(/.*)?");

    private static final Pattern EVENT_DATA = Pattern.compile("(?m)^data: ?(.*)$");

    private final ContractDocument contract;

    public AnswerCheck(ContractDocument contract) {
        this.contract = contract;
    }

    /** A check against the document at the top of the repository. */
    public static AnswerCheck ofRepository() {
        try {
            return new AnswerCheck(ContractDocument.read(Path.of("openapi.yaml")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * An answer and what was asked.
     *
     * @param headers by their names in lower case
     * @param body null where it is not known, as that of a connection that was closed early
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Answer(String method, String path, int status, Map<String, List<String>> headers, byte[] body) {
        private Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name)).map(values -> values.get(0));
        }

        /** The media type without its parameters; empty where there is none. */
        private String mediaType() {
            return header("content-type")
                    .map(type -> type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                    .orElse("");
        }

        private boolean isHead() {
            return method.equals("HEAD");
        }

        @Override
        public String toString() {
            return method + " " + path + " " + status + " " + mediaType();
        }
    }

    /** What is not as the contract says; nothing where all is. */
    public List<String> faults(Answer answer) {
        if (BESIDE.matcher(answer.path).matches() || answer.method.equals("OPTIONS")) {
            return List.of();
        }
        String method = answer.isHead() ? "GET" : answer.method;
        List<Operation> operations = contract.at(answer.path);
        return operations.stream()
                .filter(each -> each.method().equals(method))
                .findFirst()
                .map(operation -> faults(operation, answer))
                .orElseGet(() -> faultsOfNoOperation(answer, !operations.isEmpty()));
    }

    private synchronized List<String> faultsOfNoOperation(Answer answer, boolean hasOtherMethods) {
        List<String> faults = new ArrayList<>();
        if (answer.status < 400) {
            faults.add("there is no such operation");
        } else if (hasOtherMethods && answer.header("allow").isEmpty()) {
            faults.add("the path has no such method, and there is no header Allow");
        }
        if (answer.body != null && answer.body.length > 0) {
            String form = answer.path.startsWith("/v1/")
                    ? "OpenAiError"
                    : answer.path.startsWith("/v2/") ? "InferenceError" : "Problem";
            JsonNode schema = JsonNodeFactory.instance.objectNode().put("$ref", "#/components/schemas/" + form);
            validate("the body " + shown(answer), schema, answer.body, faults);
        }
        return faults.stream().map(fault -> answer + ": " + fault).toList();
    }

    /** What is not as the contract says of {@code operation}; nothing where all is. */
    public synchronized List<String> faults(Operation operation, Answer answer) {
        List<String> faults = new ArrayList<>();
        JsonNode documented = contract.response(operation, answer.status);
        if (documented.isMissingNode()) {
            faults.add("the status is not documented: " + shown(answer));
        } else {
            addFaultsOfHeaders(documented.path("headers"), answer, faults);
            addFaultsOfBody(documented.path("content"), answer, faults);
        }
        return faults.stream().map(fault -> answer + ": " + fault).toList();
    }

    private void addFaultsOfHeaders(JsonNode documented, Answer answer, List<String> faults) {
        Set<String> names = new HashSet<>();
        documented.properties().forEach(each -> {
            String name = each.getKey().toLowerCase(Locale.ROOT);
            names.add(name);
            JsonNode header = contract.resolved(each.getValue());
            Optional<String> value = answer.header(name);
            if (value.isEmpty() && header.path("required").asBoolean()) {
                faults.add("the header " + name + " is missing");
            }
            JsonNode schema = header.path("schema");
            value.ifPresent(text -> validate("header " + name, schema, json(text, schema), faults));
        });
        answer.headers.keySet().stream()
                .filter(name -> OWN_HEADERS.matcher(name).matches() && !names.contains(name))
                .forEach(name -> faults.add("the header " + name + " is not documented"));
    }

    /** A header's value as JSON. */
    private static byte[] json(String value, JsonNode schema) {
        boolean number = schema.path("type").asText().equals("integer");
        return (number ? value : TextNode.valueOf(value).toString()).getBytes(StandardCharsets.UTF_8);
    }

    private void addFaultsOfBody(JsonNode documented, Answer answer, List<String> faults) {
        String type = answer.mediaType();
        if (documented.isEmpty()) {
            if (answer.body != null && answer.body.length > 0) {
                faults.add("there is a body, and none is documented: " + shown(answer));
            }
            return;
        }
        if (!documented.has(type)) {
            faults.add("the media type is not documented: " + shown(answer));
            return;
        }
        if (answer.body == null || answer.isHead()) {
            return;
        }
        JsonNode schema = documented.path(type).path("schema");
        if (type.endsWith("json")) {
            validate("the body " + shown(answer), schema, answer.body, faults);
        } else if (type.equals("text/event-stream")) {
            JsonNode event = contract.resolved(schema).path("contentSchema");
            EVENT_DATA
                    .matcher(new String(answer.body, StandardCharsets.UTF_8))
                    .results()
                    .map(data -> data.group(1))
                    .forEach(data ->
                            validate("the event " + data, event, data.getBytes(StandardCharsets.UTF_8), faults));
        } else if (answer.body.length == 0 && !type.startsWith("text/")) {
            faults.add("there is no body");
        }
    }

    private void validate(String where, JsonNode schema, byte[] json, List<String> faults) {
        try {
            contract.faults(schema, json).forEach(fault -> faults.add(where + ": " + fault.getMessage()));
        } catch (IOException e) {
            faults.add(where + " is no JSON: " + e.getMessage());
        }
    }

    private static String shown(Answer answer) {
        String text = answer.body == null ? "" : new String(answer.body, StandardCharsets.UTF_8);
        return text.length() > 1000 ? text.substring(0, 1000) + " …" : text;
    }
}
