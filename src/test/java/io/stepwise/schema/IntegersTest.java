package io.stepwise.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.File;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IntegersTest {
    private static final JsonMapper DOUBLES = new JsonMapper();
    private static final JsonMapper EXACT = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            [7, 7.0, 7e0, 0.7E1, 70e-1, -7.00]        | [7,7,7,7,7,-7]
            {"a": {"b": [0.0, -0.0, 0e999999999]}}    | {"a":{"b":[0,0,0]}}
            [9007199254740993.0, 1.8446744073709551615e19, 1e19] | [9007199254740993,18446744073709551615,10000000000000000000]
            [1.5, 2.0000000000000001, 1e-3]           | [1.5,2.0,0.001]
            ["7.0", null, true]                       | ["7.0",null,true]
            """)
    void in_wholeNumbers_areIntegersHoweverTheyAreWritten(String json, String expected) throws IOException {
        assertThat(Integers.in(EXACT.readTree(json))).hasToString(expected);
    }

    @Test
    @Timeout(5)
    void in_enormousNumbers_costNothing() throws IOException {
        JsonNode found = Integers.in(EXACT.readTree("[1e999999999, -1e999999999, 1e-999999999, 1e400]"));

        assertThat(found.get(0).doubleValue()).isEqualTo(Double.MAX_VALUE);
        assertThat(found.get(1).doubleValue()).isEqualTo(-Double.MAX_VALUE);
        assertThat(found.get(2).doubleValue()).isZero();
        assertThat(found.get(3).isIntegralNumber()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"steps", "learning_rate", "publish_metric", "flip", "image_size", "label_names"})
    void check_numberBeyondAllDoubles_isRefused(String field) throws IOException {
        ObjectNode message = (ObjectNode) EXACT.readTree("{\"" + field + "\": 1e400}");

        assertThat(MessageSchema.of("TrainingSpecification").check(message).isRight())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"7, 7", "7.0, 7", "1e2, 100", "0, 0", "2147483647.0, 2147483647"})
    void parse_wholeNumber_isIt(String text, int expected) {
        assertThat(Integers.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1.5", "-1", "+1", "2147483648", "1e999999999", "0x10", "7.", "1 ", "NaN", "1e10"})
    void parse_anythingElse_isNothing(String text) {
        assertThat(Integers.parse(text)).isNull();
    }

    /** Whatever the contract calls an integer is read alike, in whichever request it is. */
    @ParameterizedTest
    @ValueSource(
            strings = {"GenerateRequest", "OpenAiImageRequest", "TrainingSpecification", "Resumption", "VersionOfRun"})
    void check_integersOfTheContract_mayBeWrittenAsAnyNumber(String component) throws IOException {
        JsonNode properties = new YAMLMapper()
                .readTree(new File("openapi.yaml"))
                .at("/components/schemas/" + component + "/properties");
        assertThat(properties).isNotEmpty();
        MessageSchema schema = MessageSchema.of(component);
        for (Map.Entry<String, JsonNode> field : properties.properties()) {
            if (field.getValue().path("type").toString().contains("integer")) {
                int value = field.getValue().path("minimum").asInt(0) + 1;
                String name = field.getKey();
                ObjectNode plain = (ObjectNode) DOUBLES.readTree("{\"" + name + "\": " + value + "}");
                for (String written : new String[] {value + ".0", value + "e0", value + "0e-1"}) {
                    ObjectNode other = (ObjectNode) DOUBLES.readTree("{\"" + name + "\": " + written + "}");
                    assertThat(schema.check(other).fields().get(name))
                            .as(name + " " + written)
                            .isEqualTo(schema.check(plain).fields().get(name))
                            .isNotNull();
                }
            }
        }
    }
}
