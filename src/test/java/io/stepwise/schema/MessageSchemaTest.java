package io.stepwise.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages against the contract's own components. */
class MessageSchemaTest {
    private static final JsonMapper JSON = MessageJson.mapper().build();
    private static final MessageSchema GENERATE = MessageSchema.of("GenerateRequest");
    private static final MessageSchema TRAIN = MessageSchema.of("TrainingSpecification");

    /** A part whose own check refuses some values. */
    record Part(int k) {
        Part {
            new FieldChecks().that("/k", k, k < 3, "less than 3").orThrow();
        }
    }

    /** A message with parts. */
    record Message(Part lossWeighting, Part optimizer, int steps) {}

    @Test
    void check_message_leavesItAsItIsAndFillsTheDefaultsIn() throws Exception {
        ObjectNode body = object("{\"n\": 3, \"priority\": null, \"steps\": null}");

        ObjectNode fields = GENERATE.check(body).fields();

        assertThat(body).isEqualTo(object("{\"n\": 3, \"priority\": null, \"steps\": null}"));
        assertThat(fields.path("n").intValue()).isEqualTo(3);
        assertThat(fields.path("priority").intValue()).isEqualTo(5);
        assertThat(fields.path("format").textValue()).isEqualTo("png");
        assertThat(fields.hasNonNull("steps")).as("is left to the model").isFalse();
        assertThat(fields.has("label")).isFalse();
    }

    @Test
    void check_partByItsNameAlone_isAnObjectWithItsDefaults() throws Exception {
        ObjectNode fields = TRAIN.check(object("{\"optimizer\": \"adam\", \"ema_warmup\": {\"power\": 0.5}}"))
                .fields();

        assertThat(fields.path("optimizer"))
                .isEqualTo(object("{\"type\": \"adam\", \"beta2\": 0.999, \"eps\": 1.0E-8}"));
        assertThat(fields.path("ema_warmup").path("inv_gamma").intValue()).isEqualTo(1);
        assertThat(TRAIN.check(object("{}"))
                        .fields()
                        .path("loss_weighting")
                        .path("type")
                        .textValue())
                .isEqualTo("plain");
    }

    @Test
    void check_withLimit_namesIt() throws Exception {
        MessageSchema limited = MessageSchema.of("GenerateRequest", Map.of("n", 8));

        assertThat(errors(limited.check(object("{\"n\": 9}"))))
                .containsExactly(new FieldError("/n", "n is 9, must be an integer, 1 … 8"));
        limited.check(object("{\"n\": 8}")).orThrow();
        GENERATE.check(object("{\"n\": 9}")).orThrow();
    }

    @Test
    void check_valueOfSeveralKinds_tellsOfTheOneItLooksLike() throws Exception {
        assertThat(errors(TRAIN.check(object("{\"schedule\": {\"type\": \"x\", \"beta_end\": 2, \"q\": 1}}"))))
                .extracting(FieldError::pointer)
                .containsExactly("/schedule/type", "/schedule/beta_end", "/schedule/q");
        assertThat(errors(TRAIN.check(object("{\"image_size\": [8, 4]}"))))
                .extracting(FieldError::pointer)
                .containsExactly("/image_size/1");
        assertThat(errors(TRAIN.check(object("{\"schedule\": [1]}"))))
                .extracting(FieldError::pointer)
                .containsExactly("/schedule");
    }

    @Test
    void orThrow_unknownFieldsOnly_saysSo() throws Exception {
        assertThat(thrown(GENERATE.check(object("{\"a\": 1}"))).onlyUnknown()).isTrue();
        assertThat(thrown(GENERATE.check(object("{\"a\": 1, \"n\": 0}"))).onlyUnknown())
                .isFalse();
        GENERATE.check(object("{\"n\": 1}")).orThrow();
    }

    @Test
    @Timeout(10)
    void orThrow_aHundredThousandErrors_namesTheFirstHundred() throws Exception {
        ObjectNode betas = object("{\"schedule\": {\"type\": \"given\", \"betas\": []}}");
        ObjectNode unknown = object("{\"n\": 0}");
        for (int i = 0; i < 100_000; i++) {
            ((ArrayNode) betas.at("/schedule/betas")).add(-1);
            unknown.put("x" + i, i);
        }

        assertThat(errors(TRAIN.check(betas))).hasSize(100);
        assertThat(errors(GENERATE.check(unknown)))
                .hasSize(100)
                .first()
                .extracting(FieldError::pointer)
                .isEqualTo("/n");
    }

    @Test
    void as_partsThatTheirRecordsRefuse_areAllNamed() throws Exception {
        CheckedMessage message = TRAIN.check(object("{\"steps\": 0}"));
        message.fields().set("loss_weighting", object("{\"k\": 5}"));
        message.fields().set("optimizer", object("{\"k\": 7}"));

        assertThat(message.as(JSON, Message.class)).contains(new Message(new Part(0), new Part(0), 20_000));
        assertThat(errors(message))
                .containsExactly(
                        new FieldError("/steps", "steps is 0, must be an integer, 1 … 10000000"),
                        new FieldError("/loss_weighting/k", "loss_weighting/k is 5, must be less than 3"),
                        new FieldError("/optimizer/k", "optimizer/k is 7, must be less than 3"));
    }

    @Test
    void as_messageThatItsRecordRefuses_isEmptyAndNamed() throws Exception {
        CheckedMessage message = TRAIN.check(object("{}"));
        message.fields().put("k", 4);

        assertThat(message.as(JSON, Part.class)).isEmpty();
        assertThat(errors(message)).containsExactly(new FieldError("/k", "k is 4, must be less than 3"));
    }

    @Test
    void of_nameThatIsNoComponent_isRefused() {
        assertThatThrownBy(() -> MessageSchema.of("Nothing"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Nothing");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "0",
                "faces-64.v2_x",
                "A",
                "",
                "-a",
                ".a",
                "a/b",
                "a..b",
                "a.",
                "a\n",
                "ä",
                "a b",
                "a234567890123456789012345678901234567890123456789012345678901234",
                "a2345678901234567890123456789012345678901234567890123456789012345"
            })
    void names_byTheContractAndByTheCode_areTheSame(String name) {
        ObjectNode body = JSON.createObjectNode().put("dataset", name);

        assertThat(TRAIN.check(body).isRight()).isEqualTo(Names.isName(name));
    }

    /** So that every value that fits the schema fits the record's field. */
    @Test
    void integersOfRequests_inTheContract_haveTwoEnds() throws Exception {
        JsonNode schemas = new YAMLMapper().readTree(new File("openapi.yaml")).at("/components/schemas");
        for (String name : List.of("GenerateRequest", "OpenAiImageRequest", "TrainingSpecification", "Seed")) {
            schemas.path(name).findParents("x-only-with").forEach(field -> ((ObjectNode) field).remove("x-only-with"));
            schemas.path(name).findParents("type").forEach(schema -> {
                if (schema.path("type").toString().contains("\"integer\"")) {
                    assertThat(schema.has("minimum") && schema.has("maximum"))
                            .as(name + ": " + schema)
                            .isTrue();
                }
            });
        }
    }

    private static ObjectNode object(String json) throws IOException {
        return (ObjectNode) JSON.readTree(json);
    }

    private static List<FieldError> errors(CheckedMessage message) {
        return thrown(message).errors();
    }

    private static InvalidMessageException thrown(CheckedMessage message) {
        return catchThrowableOfType(InvalidMessageException.class, message::orThrow);
    }
}
