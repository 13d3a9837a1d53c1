package io.stepwise.training.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.stepwise.schema.FieldError;
import io.stepwise.schema.InvalidMessageException;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract says by {@code x-kinds} which fields a kind refuses; the page shows only the others. */
class KindsOfFieldsTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Map<String, Object> VALUES = Map.ofEntries(
            Map.entry("unet", "tiny"),
            Map.entry("schedule", "cosine"),
            Map.entry("timesteps", 1000),
            Map.entry("prediction", "epsilon"),
            Map.entry("sigma_data", .5),
            Map.entry("variance", "fixed"),
            Map.entry("timestep_sampling", "uniform"),
            Map.entry("loss_weighting", "plain"),
            Map.entry("loss", "l2"),
            Map.entry("consistency", Map.of()),
            Map.entry("gradient_accumulation", 1),
            Map.entry("post_hoc_ema", false),
            Map.entry("label_dropout", .1),
            Map.entry("init_from", Map.of("model", "faces")),
            Map.entry("validation", true),
            Map.entry("gan", Map.of("updates", 2)),
            Map.entry("vae", Map.of("beta", 1)));

    @ParameterizedTest
    @ValueSource(strings = {"gan", "vae"})
    void fieldsOfOtherKinds_areThoseThatAreRefused(String kind) throws IOException {
        JsonNode properties = new YAMLMapper()
                .readTree(new File("openapi.yaml"))
                .at("/components/schemas/TrainingSpecification/properties");
        Set<String> others = new TreeSet<>();
        Set<String> refused = new TreeSet<>();
        properties.properties().forEach(property -> {
            JsonNode kinds = property.getValue().path("x-kinds");
            if (!kinds.isMissingNode()) {
                assertThat(VALUES).as("a value for the test").containsKey(property.getKey());
            }
            if (!kinds.isMissingNode() && !kinds.toString().contains('"' + kind + '"')) {
                others.add(property.getKey());
            }
        });
        for (String field : VALUES.keySet()) {
            ObjectNode fields = MAPPER.valueToTree(Map.of("kind", kind, field, VALUES.get(field)));
            if (refused(fields).contains("/" + field)) {
                refused.add(field);
            }
        }

        assertThat(refused).hasSizeGreaterThan(10).isEqualTo(others);
    }

    private static List<String> refused(ObjectNode fields) {
        try {
            TrainingSpecJson.read(fields);
            return List.of();
        } catch (InvalidMessageException e) {
            return e.errors().stream().map(FieldError::pointer).toList();
        }
    }
}
