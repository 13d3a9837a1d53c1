package io.stepwise.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** {@code openapi.yaml}, as far as one has to know it to write requests and to judge answers. */
public final class ContractDocument {
    private static final Set<String> METHODS = Set.of("get", "post", "put", "delete", "patch");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode document;
    private final JsonSchemaFactory schemas = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    private final Map<JsonNode, JsonSchema> compiled = new HashMap<>();

    private ContractDocument(JsonNode document) {
        this.document = document;
    }

    public static ContractDocument read(Path file) throws IOException {
        return new ContractDocument(new ObjectMapper(new YAMLFactory()).readTree(Files.readString(file)));
    }

    /** One operation. */
    public record Operation(String method, String path, JsonNode node) {
        public String id() {
            return node.path("operationId").asText();
        }

        /** What addresses of this path match. */
        private String pattern() {
            return path.replaceAll("\\{[a-z]+}", "[^/]+") + "/?";
        }

        private int parameters() {
            return path.split("\\{", -1).length - 1;
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    /** All schemas by their names. */
    Set<Map.Entry<String, JsonNode>> components() {
        return document.at("/components/schemas").properties();
    }

    /** All operations, in the order of the document. */
    public List<Operation> operations() {
        List<Operation> all = new ArrayList<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(each -> {
                    if (METHODS.contains(each.getKey())) {
                        all.add(new Operation(each.getKey().toUpperCase(Locale.ROOT), path.getKey(), each.getValue()));
                    }
                }));
        return all;
    }

    /** The operations at the address {@code path}; none where the document has no such path. */
    public List<Operation> at(String path) {
        List<Operation> matching = operations().stream()
                .filter(operation -> path.matches(operation.pattern()))
                .toList();
        int fewest = matching.stream().mapToInt(Operation::parameters).min().orElse(0);
        return matching.stream()
                .filter(operation -> operation.parameters() == fewest)
                .toList();
    }

    /** The methods of a path. */
    public List<String> methods(String path) {
        List<String> methods = new ArrayList<>();
        operations().stream()
                .filter(operation -> operation.path.equals(path))
                .forEach(operation -> methods.add(operation.method));
        return methods;
    }

    /** What {@code node} is or refers to. */
    public JsonNode resolved(JsonNode node) {
        String ref = node.path("$ref").asText("");
        return ref.isEmpty() ? node : resolved(document.at(ref.substring(1)));
    }

    public List<JsonNode> parameters(Operation operation) {
        List<JsonNode> all = new ArrayList<>();
        operation.node.path("parameters").forEach(each -> all.add(resolved(each)));
        return all;
    }

    /** The documented answer of that status; missing where there is none. */
    public JsonNode response(Operation operation, int status) {
        JsonNode response = operation.node.path("responses").path(Integer.toString(status));
        return response.isMissingNode() ? MissingNode.getInstance() : resolved(response);
    }

    /** The schema of a request's JSON body; missing where it takes none. */
    public JsonNode jsonBody(Operation operation) {
        return resolved(operation.node.path("requestBody"))
                .path("content")
                .path("application/json")
                .path("schema");
    }

    /** What is wrong with {@code value} by {@code schema}; nothing when it is valid. */
    public Set<ValidationMessage> faults(JsonNode schema, byte[] value) throws IOException {
        JsonSchema known = compiled.computeIfAbsent(schema, each -> {
            ObjectNode whole = JSON.createObjectNode();
            whole.set("components", document.path("components"));
            whole.putArray("allOf").add(each);
            return schemas.getSchema(whole);
        });
        return known.validate(JSON.readTree(value));
    }
}
