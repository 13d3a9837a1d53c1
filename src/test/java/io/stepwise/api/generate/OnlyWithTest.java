package io.stepwise.api.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.stepwise.image.Pixels;
import io.stepwise.image.Png;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.serving.request.GenerationRequest;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The contract's {@code x-only-with} says of each field with which others the service takes it, and with which it doesn't. */
class OnlyWithTest {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final GenerateRequestReader READER =
            new GenerateRequestReader(new GenerateLimits(64, 1000, 1 << 20));
    private static final JsonNode PICTURE =
            TextNode.valueOf(Base64.getEncoder().encodeToString(Png.encode(new Pixels(2, 2, 1, new byte[4]))));
    /** What the fields of conditions are tried with, beside being left out. */
    private static final Map<String, List<JsonNode>> VALUES = Map.of(
            "eta", List.of(JSON.numberNode(0), JSON.numberNode(.5)),
            "churn", List.of(JSON.numberNode(0), JSON.numberNode(5)),
            "image", List.of(PICTURE),
            "mask", List.of(PICTURE),
            "add_noise", List.of(JSON.booleanNode(true), JSON.booleanNode(false)),
            "variation_seed", List.of(JSON.numberNode(5), TextNode.valueOf("6")),
            "interpolate_to", List.of(JSON.numberNode(5)));

    private final JsonNode fields;

    OnlyWithTest() throws IOException {
        fields = new YAMLMapper()
                .readTree(new File("openapi.yaml"))
                .at("/components/schemas/GenerateRequest/properties");
    }

    @Test
    void usualSamplerAndSteps_areThoseOfTheCode() {
        GenerationRequest open = new GenerationRequest(null, null, 1, 1, null, null, null, 1, 5, null);

        assertThat(fields.at("/sampler/x-usual").textValue())
                .isEqualTo(open.samplerOrUsual().wireName());
        assertThat(fields.at("/steps/x-usual").intValue()).isEqualTo(open.stepsOrUsual());
    }

    @TestFactory
    Stream<DynamicTest> fields_meanSomething_whereTheContractSaysSo() {
        List<String> conditional = fields.properties().stream()
                .filter(field -> field.getValue().has("x-only-with"))
                .map(Map.Entry::getKey)
                .toList();
        assertThat(conditional).hasSizeGreaterThan(12);
        return conditional.stream().map(name -> dynamicTest(name, () -> check(name)));
    }

    private void check(String name) {
        JsonNode alternatives = fields.path(name).path("x-only-with");
        Set<String> others = new TreeSet<>();
        alternatives.forEach(each -> each.fieldNames().forEachRemaining(others::add));
        int taken = 0;
        int refused = 0;
        for (ObjectNode body : bodies(List.copyOf(others))) {
            if (!isTaken(body)) {
                continue;
            }
            boolean means = means(alternatives, body);
            JsonNode value = fields.path(name).path("examples").path(0);
            assertThat(isTaken(body.deepCopy().set(name, name.equals("mask") ? PICTURE : value)))
                    .as("%s with %s", name, body)
                    .isEqualTo(means);
            taken += means ? 1 : 0;
            refused += means ? 0 : 1;
        }
        assertThat(taken).isPositive();
        assertThat(refused).isPositive();
    }

    /** All requests that give or leave out these fields. */
    private List<ObjectNode> bodies(List<String> names) {
        List<ObjectNode> bodies = new ArrayList<>(List.of(JSON.objectNode()));
        for (String name : names) {
            List<JsonNode> values = VALUES.getOrDefault(name, List.of());
            if (values.isEmpty()) {
                values = Stream.of(fields.path(name).path("enum"))
                        .flatMap(OnlyWithTest::choices)
                        .toList();
            }
            for (ObjectNode body : List.copyOf(bodies)) {
                values.forEach(value -> bodies.add(body.deepCopy().set(name, value)));
            }
        }
        if (!names.contains("image")) {
            bodies.stream()
                    .filter(body -> body.has("mask") || body.has("add_noise"))
                    .forEach(body -> body.set("image", PICTURE));
        }
        bodies.forEach(body -> body.put("n", 2)); // as interpolate_to needs it
        return bodies;
    }

    private static Stream<JsonNode> choices(JsonNode list) {
        List<JsonNode> choices = new ArrayList<>();
        list.forEach(choices::add);
        assertThat(choices).isNotEmpty();
        return choices.stream().filter(choice -> !choice.isNull());
    }

    private static boolean isTaken(ObjectNode body) {
        try {
            READER.read(body.deepCopy());
            return true;
        } catch (InvalidMessageException e) {
            return false;
        }
    }

    /** As JSON Schema has it. */
    private boolean means(JsonNode alternatives, ObjectNode body) {
        JsonSchemaFactory schemas = JsonSchemaFactory.getInstance(VersionFlag.V202012);
        for (JsonNode conditions : alternatives) {
            boolean all = true;
            for (Map.Entry<String, JsonNode> condition : conditions.properties()) {
                JsonNode field = fields.path(condition.getKey());
                JsonNode usual = field.path(field.has("default") ? "default" : "x-usual");
                JsonNode value = body.has(condition.getKey())
                        ? body.get(condition.getKey())
                        : usual.isMissingNode() ? JSON.nullNode() : usual;
                all &= schemas.getSchema(condition.getValue()).validate(value).isEmpty();
            }
            if (all) {
                return true;
            }
        }
        return false;
    }
}
