package io.stepwise.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.contract.ContractDocument.Operation;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.diffusion.sampler.Spacing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every operation of {@code openapi.yaml} and every problem has an example, and each is as its schema says. */
class ContractExamplesTest {
    private final ContractDocument contract = ContractDocument.read(Path.of("openapi.yaml"));
    private final List<String> faults = new ArrayList<>();
    private final Set<String> kinds = new HashSet<>();
    private int seen;

    ContractExamplesTest() throws IOException {}

    @Test
    void everyAnswerAndEveryProblem_hasAnExampleThatIsValid() throws IOException {
        for (Operation operation : contract.operations()) {
            for (Map.Entry<String, JsonNode> response :
                    operation.node().path("responses").properties()) {
                JsonNode answer = contract.resolved(response.getValue());
                judge(operation + " " + response.getKey(), answer.path("content"));
            }
        }

        assertThat(faults).isEmpty();
        assertThat(seen).isGreaterThan(200);
        assertThat(kinds).containsAll(documented());
    }

    /** All kinds of problems; that a path has no such method is the one that no operation can tell of. */
    private static List<String> documented() throws IOException {
        Matcher kind = Pattern.compile("(?m)^    ([A-Z_]+)\\(\\d{3},")
                .matcher(Files.readString(Path.of("src/main/java/io/stepwise/api/problem/ProblemType.java")));
        List<String> all = new ArrayList<>();
        while (kind.find()) {
            all.add("/problems/" + kind.group(1).toLowerCase(Locale.ROOT).replace('_', '-'));
        }
        all.remove("/problems/method-not-allowed");
        assertThat(all).hasSizeGreaterThan(30);
        return all;
    }

    @Test
    void everyJsonBody_hasAnExampleThatIsValid() throws IOException {
        for (Operation operation : contract.operations()) {
            JsonNode json = contract.resolved(operation.node().path("requestBody"))
                    .path("content")
                    .path("application/json");
            if (!json.isMissingNode()) {
                judge(operation + " body", json, "application/json");
            }
        }

        assertThat(faults).isEmpty();
        assertThat(seen).isPositive();
    }

    /** Java clients that are generated can't read null in a required field of a type with a name, or of listed values. */
    @Test
    void objectsAndListedValuesThatMayBeNull_areNotRequired() {
        for (Map.Entry<String, JsonNode> schema : contract.components()) {
            for (JsonNode required : schema.getValue().path("required")) {
                JsonNode field = schema.getValue().path("properties").path(required.asText());
                boolean listed = field.path("enum").toString().contains("null");
                boolean named = Stream.of("anyOf", "oneOf")
                        .map(field::path)
                        .anyMatch(types -> types.toString().contains("\"$ref\"")
                                && types.toString().contains("\"null\""));
                seen++;
                if (listed || named) {
                    faults.add(schema.getKey() + "." + required.asText());
                }
            }
        }

        assertThat(faults).isEmpty();
        assertThat(seen).isGreaterThan(100);
    }

    @Test
    void samplersAndSpacings_ofEveryBody_areThoseOfTheCode() {
        Set<String> samplers =
                Arrays.stream(SamplerName.values()).map(SamplerName::wireName).collect(Collectors.toSet());
        Set<String> spacings =
                Arrays.stream(Spacing.values()).map(Spacing::wireName).collect(Collectors.toSet());
        for (Operation operation : contract.operations()) {
            JsonNode json = contract.resolved(operation.node().path("requestBody"))
                    .path("content")
                    .path("application/json");
            JsonNode fields = contract.resolved(json.path("schema")).path("properties");
            checkNames(fields.path("sampler"), samplers);
            checkNames(fields.path("spacing"), spacings);
        }

        assertThat(seen).isGreaterThan(3);
    }

    private void checkNames(JsonNode field, Set<String> names) {
        Set<String> allowed = new HashSet<>();
        field.path("enum").forEach(name -> allowed.add(name.asText()));
        allowed.remove("null");
        if (!field.isMissingNode()) {
            seen++;
            assertThat(allowed).isEqualTo(names);
        }
    }

    private void judge(String where, JsonNode content) throws IOException {
        for (Map.Entry<String, JsonNode> form : content.properties()) {
            if (form.getKey().endsWith("json") || form.getKey().startsWith("text/")) {
                judge(where + " " + form.getKey(), form.getValue(), form.getKey());
            }
        }
    }

    private void judge(String where, JsonNode form, String type) throws IOException {
        List<JsonNode> examples = new ArrayList<>();
        if (form.has("example")) {
            examples.add(form.path("example"));
        }
        form.path("examples")
                .forEach(each -> examples.add(contract.resolved(each).path("value")));
        if (examples.isEmpty()) {
            faults.add(where + " has no example");
        }
        for (JsonNode example : examples) {
            seen++;
            kinds.add(example.path("type").asText());
            if (type.endsWith("json")) {
                byte[] json = example.toString().getBytes(StandardCharsets.UTF_8);
                contract.faults(form.path("schema"), json)
                        .forEach(fault -> faults.add(where + ": " + fault.getMessage()));
            } else if (!example.isTextual() || example.asText().isBlank()) {
                faults.add(where + ": no text");
            }
        }
    }
}
