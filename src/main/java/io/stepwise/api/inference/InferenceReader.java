package io.stepwise.api.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.api.generate.GenerateLimits;
import io.stepwise.api.generate.GenerateRequest;
import io.stepwise.api.generate.GenerateRequestReader;
import io.stepwise.api.http.JsonFields;
import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import io.stepwise.diffusion.SamplerName;
import io.stepwise.serving.ModelDirectory;
import io.stepwise.serving.request.GenerationRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * From the body of an inference request to one {@link GenerationRequest} per image. An input of one element counts for
 * all images.
 */
final class InferenceReader {
    /** The images, UINT8 [n,H,W,C]. */
    static final String IMAGES = "images";

    /** The seeds they were made of, INT64 [n]. */
    static final String SEED = "seed";

    private static final List<String> OUTPUTS = List.of(IMAGES, SEED);
    private static final Pattern ANYTHING = Pattern.compile("(?s).*");

    private final ModelDirectory directory;
    private final int maxImages;

    InferenceReader(ModelDirectory directory, GenerateLimits limits) {
        this.directory = directory;
        this.maxImages = limits.maxImages();
    }

    /**
     * What a client asks for.
     *
     * @param requests one image each
     * @param id the client's own id of the request, to be repeated
     * @param outputs which tensors the answer has, in the order of the request
     */
    record ParsedInference(List<GenerationRequest> requests, Optional<String> id, List<String> outputs) {}

    /**
     * Reads the body.
     *
     * @param model from the path
     * @param version null means the version that is served
     * @throws ProblemException naming what is unknown, of the wrong type or out of range
     */
    ParsedInference read(ObjectNode body, String model, @Nullable Integer version) throws IOException {
        JsonFields fields = new JsonFields(body);
        Optional<String> id = fields.text("id", ANYTHING, "a string");
        withoutBinary(fields.object("parameters"), "parameters/", "binary_data_output");
        Optional<ArrayNode> inputs = fields.array("inputs");
        Optional<ArrayNode> outputs = fields.array("outputs");
        if (!body.hasNonNull("inputs")) {
            fields.reject("inputs", "inputs must be given; [] is an image of any kind");
        }
        fields.finish();
        Map<InferenceInput, List<JsonNode>> columns = columns(inputs.orElseThrow());
        int n = rows(columns);
        Integer one = version == null && n > 1 ? served(model) : version;
        List<GenerationRequest> requests = IntStream.range(0, n)
                .mapToObj(i -> request(columns, i, model, one))
                .toList();
        return new ParsedInference(
                requests, id, outputs.map(InferenceReader::outputs).orElse(OUTPUTS));
    }

    /** Images of one answer are of one version, even if another is published between them. */
    private Integer served(String model) throws IOException {
        return directory.card(model, null).version();
    }

    private static Map<InferenceInput, List<JsonNode>> columns(ArrayNode inputs) {
        Map<InferenceInput, List<JsonNode>> columns = new EnumMap<>(InferenceInput.class);
        for (int i = 0; i < inputs.size(); i++) {
            String path = "inputs/" + i + "/";
            JsonFields fields = new JsonFields(object(inputs.get(i), path), path);
            Optional<InferenceInput> input = fields.oneOf("name", InferenceInput.names(), InferenceInput::of);
            if (input.isEmpty()) {
                List.of("datatype", "shape", "data", "parameters").forEach(fields::skip);
                fields.finish();
                throw invalid(path + "name", "must be given: one of " + InferenceInput.names());
            }
            List<JsonNode> values = values(fields, path, input.get());
            if (columns.put(input.get(), values) != null) {
                throw invalid(path + "name", "is \"" + input.get().wireName() + "\", must not come twice");
            }
        }
        return columns;
    }

    /** The elements of an input, row by row. */
    private static List<JsonNode> values(JsonFields fields, String path, InferenceInput input) {
        Optional<String> datatype = fields.text(
                "datatype", Pattern.compile(input.datatype()), '"' + input.datatype() + "\" for " + input.wireName());
        Optional<ArrayNode> shape = fields.array("shape");
        Optional<ArrayNode> data = fields.array("data");
        withoutBinary(fields.object("parameters"), path + "parameters/", "binary_data");
        fields.finish();
        if (datatype.isEmpty() || shape.isEmpty() || data.isEmpty()) {
            throw invalid(path, "must have name, shape, datatype and data");
        }
        List<JsonNode> values = new ArrayList<>();
        data.get().forEach(values::add);
        checkShape(shape.get(), values.size(), path);
        for (JsonNode value : values) {
            if (!input.takes(value)) {
                throw invalid(
                        path + "data", "has " + JsonFields.shown(value.toString()) + ", must be " + input.allowed());
            }
        }
        return values;
    }

    private static void checkShape(ArrayNode shape, int elements, String path) {
        boolean fits = shape.size() == 1 && shape.get(0).isInt() && shape.get(0).intValue() == elements;
        if (!fits || elements == 0) {
            throw invalid(
                    path + "shape",
                    "is " + JsonFields.shown(shape.toString()) + ", must "
                            + (fits
                                    ? "have 1 element or more"
                                    : "be [" + elements + "], as many as data has elements"));
        }
    }

    /** How many images the inputs make together. */
    private int rows(Map<InferenceInput, List<JsonNode>> columns) {
        int n = columns.values().stream().mapToInt(List::size).max().orElse(1);
        if (n > maxImages) {
            throw invalid("inputs", "are for " + n + " images, must be for 1 … " + maxImages);
        }
        columns.forEach((input, values) -> {
            if (values.size() != 1 && values.size() != n) {
                throw invalid(
                        "inputs",
                        "have " + values.size() + " elements of " + input.wireName() + ", must have 1 or, as others, "
                                + n);
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
                steps.map(JsonNode::intValue).orElse(GenerateRequest.DEFAULT_STEPS),
                SamplerName.DDIM,
                0,
                null,
                label.map(JsonNode::textValue).orElse(null),
                guidance.map(JsonNode::doubleValue).orElse(1.0),
                GenerationRequest.DEFAULT_PRIORITY,
                null);
    }

    private static Optional<JsonNode> value(Map<InferenceInput, List<JsonNode>> columns, InferenceInput input, int i) {
        return Optional.ofNullable(columns.get(input)).map(values -> values.get(values.size() == 1 ? 0 : i));
    }

    private static List<String> outputs(ArrayNode outputs) {
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < outputs.size(); i++) {
            String path = "outputs/" + i + "/";
            JsonFields fields = new JsonFields(object(outputs.get(i), path), path);
            Optional<String> name = fields.oneOf(
                    "name", OUTPUTS, each -> OUTPUTS.contains(each) ? Optional.of(each) : Optional.empty());
            withoutBinary(fields.object("parameters"), path + "parameters/", "binary_data");
            fields.finish();
            if (name.isEmpty() || !names.add(name.get())) {
                throw invalid(path + "name", "must be given once: one of " + OUTPUTS);
            }
        }
        return names.isEmpty() ? OUTPUTS : List.copyOf(names);
    }

    /** There are no parameters but what clients say who can do without the binary extension. */
    private static void withoutBinary(Optional<ObjectNode> parameters, String path, String flag) {
        if (parameters.isPresent()) {
            JsonFields fields = new JsonFields(parameters.get(), path);
            if (fields.truth(flag).orElse(false)) {
                fields.reject(flag, path + flag + " is true, must be false: tensors are sent as JSON only");
            }
            fields.finish();
        }
    }

    private static ObjectNode object(JsonNode node, String path) {
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw invalid(path, "is " + JsonFields.shown(node.toString()) + ", must be an object");
    }

    private static ProblemException invalid(String path, String detail) {
        return new ProblemException(ProblemType.INVALID_FIELD, path.replaceAll("/$", "") + " " + detail);
    }
}
