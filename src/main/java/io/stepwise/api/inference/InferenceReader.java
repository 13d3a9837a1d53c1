package io.stepwise.api.inference;

import static io.stepwise.schema.FieldError.quoted;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.api.generate.GenerateLimits;
import io.stepwise.api.generate.GenerateRequestReader;
import io.stepwise.api.generate.GenerationJson;
import io.stepwise.schema.CheckedMessage;
import io.stepwise.schema.FieldError;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.schema.MessageSchema;
import io.stepwise.serving.ModelDirectory;
import io.stepwise.serving.request.GenerationRequest;
import java.io.IOException;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Turns the body of an inference request into one {@link GenerationRequest} per image. An input with one element
 * applies to all images.
 */
final class InferenceReader {
    /** The images, UINT8 [n,H,W,C]. */
    static final String IMAGES = "images";

    /** The seeds of the images, INT64 [n]. */
    static final String SEED = "seed";

    private static final List<String> OUTPUTS = List.of(IMAGES, SEED);
    private static final MessageSchema SCHEMA = MessageSchema.of("InferenceRequest");

    private final ModelDirectory directory;
    private final int maxImages;

    InferenceReader(ModelDirectory directory, GenerateLimits limits) {
        this.directory = directory;
        this.maxImages = limits.maxImages();
    }

    /**
     * A request as the client sent it.
     *
     * @param requests one image each
     * @param id the client's own id of the request, which the answer repeats
     * @param outputs the tensors of the answer, in the order of the request
     */
    record ParsedInference(List<GenerationRequest> requests, Optional<String> id, List<String> outputs) {}

    /**
     * Reads the body.
     *
     * @param model from the path
     * @param version null means the served version
     * @throws InvalidMessageException naming everything that is unknown, of the wrong type or out of range
     */
    ParsedInference read(ObjectNode body, String model, @Nullable Integer version) throws IOException {
        CheckedMessage message = SCHEMA.check(body);
        message.orThrow();
        InferenceRequest asked =
                message.as(GenerationJson.MAPPER, InferenceRequest.class).orElseThrow();
        Map<InferenceInput, List<JsonNode>> columns = columns(asked.inputs());
        int n = rows(columns);
        Integer one = version == null && n > 1 ? served(model) : version;
        List<GenerationRequest> requests = IntStream.range(0, n)
                .mapToObj(i -> request(columns, i, model, one))
                .toList();
        return new ParsedInference(requests, Optional.ofNullable(asked.id()), outputs(asked.outputs()));
    }

    /** The version for all images of one answer, so that they agree even if another version is published meanwhile. */
    private Integer served(String model) throws IOException {
        return directory.card(model, null).version();
    }

    /** The elements of the inputs, row by row. */
    private static Map<InferenceInput, List<JsonNode>> columns(List<InferenceRequest.Input> inputs) {
        Map<InferenceInput, List<JsonNode>> columns = new EnumMap<>(InferenceInput.class);
        for (int i = 0; i < inputs.size(); i++) {
            InferenceRequest.Input input = inputs.get(i);
            check(input, "/inputs/" + i);
            if (columns.put(input.name(), input.data()) != null) {
                throw invalid("/inputs/" + i + "/name", quoted(input.name().wireName()), "given once");
            }
        }
        return columns;
    }

    private static void check(InferenceRequest.Input input, String at) {
        InferenceInput name = input.name();
        int elements = input.data().size();
        if (!input.datatype().equals(name.datatype())) {
            String allowed = quoted(name.datatype()) + " for " + name.wireName();
            throw invalid(at + "/datatype", quoted(input.datatype()), allowed);
        }
        if (elements == 0 || !input.shape().equals(List.of(elements))) {
            String allowed =
                    elements == 0 ? "of 1 element or more" : "[" + elements + "], as many as data has elements";
            throw invalid(at + "/shape", input.shape(), allowed);
        }
        for (int i = 0; i < elements; i++) {
            if (!name.takes(input.data().get(i))) {
                throw invalid(at + "/data/" + i, input.data().get(i), name.allowed());
            }
        }
    }

    /** The number of images that the inputs describe. */
    private int rows(Map<InferenceInput, List<JsonNode>> columns) {
        int n = columns.values().stream().mapToInt(List::size).max().orElse(1);
        if (n > maxImages) {
            throw tooMany("are for " + n + " images, must be for 1 … " + maxImages);
        }
        columns.forEach((input, values) -> {
            if (values.size() != 1 && values.size() != n) {
                throw tooMany("have " + values.size() + " elements of " + input.wireName()
                        + ", must have 1 or, as others, " + n);
            }
        });
        return n;
    }

    private static GenerationRequest request(
            Map<InferenceInput, List<JsonNode>> columns, int i, String model, @Nullable Integer version) {
        Optional<JsonNode> seed = value(columns, InferenceInput.SEED, i);
        Optional<JsonNode> steps = value(columns, InferenceInput.STEPS, i);
        Optional<JsonNode> label = value(columns, InferenceInput.LABEL, i);
        Optional<JsonNode> guidance = value(columns, InferenceInput.GUIDANCE, i);
        return new GenerationRequest(
                model,
                version,
                1,
                seed.map(JsonNode::longValue).orElseGet(GenerateRequestReader::drawnSeed),
                steps.map(JsonNode::intValue).orElse(null),
                null,
                label.map(JsonNode::textValue).orElse(null),
                guidance.map(JsonNode::doubleValue).orElse(1.0),
                GenerationRequest.DEFAULT_PRIORITY,
                null);
    }

    private static Optional<JsonNode> value(Map<InferenceInput, List<JsonNode>> columns, InferenceInput input, int i) {
        return Optional.ofNullable(columns.get(input)).map(values -> values.get(values.size() == 1 ? 0 : i));
    }

    private static List<String> outputs(@Nullable List<InferenceRequest.Output> outputs) {
        Set<String> names = new LinkedHashSet<>();
        for (InferenceRequest.Output output : outputs == null ? List.<InferenceRequest.Output>of() : outputs) {
            if (!names.add(output.name())) {
                throw invalid("/outputs/" + names.size() + "/name", quoted(output.name()), "given once");
            }
        }
        return names.isEmpty() ? OUTPUTS : List.copyOf(names);
    }

    private static InvalidMessageException invalid(String pointer, Object value, String allowed) {
        return new InvalidMessageException(pointer, value, allowed);
    }

    private static InvalidMessageException tooMany(String detail) {
        return new InvalidMessageException(List.of(new FieldError("/inputs", "inputs " + detail)));
    }
}
