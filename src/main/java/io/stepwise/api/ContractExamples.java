package io.stepwise.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.stepwise.api.inference.InferenceError;
import io.stepwise.api.openai.OpenAiError;
import io.stepwise.api.problem.ProblemType;
import io.stepwise.api.problem.Refusal;
import io.stepwise.serving.request.FieldError;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.MediaType;

/**
 * The examples of the published contract: an answer of every operation in every form that is text, which the service once
 * gave ({@code contract/answers.json}), and every error ({@code contract/problems.json}), in the form of the path.
 */
final class ContractExamples {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String REQUEST_ID = "5f7b4c1e-8f0e-4c6f-9d51-0d7e4ad3a0b6";

    private ContractExamples() {}

    /** Adds them to all answers that have none. */
    static void addTo(OpenAPI contract) {
        JsonNode answers = read("answers.json");
        contract.getPaths().getPathItems().values().forEach(item -> item.getOperations()
                .values()
                .forEach(operation -> addAnswers(operation, answers.path(operation.getOperationId()))));
        JsonNode problems = read("problems.json");
        contract.getComponents().getResponses().forEach((name, response) -> {
            if (response.getContent() != null && problems.has(name)) {
                response.getContent().getMediaTypes().forEach((type, form) -> problems.path(name)
                        .forEach(problem -> add(form, name, problem)));
            }
        });
    }

    private static void addAnswers(Operation operation, JsonNode answers) {
        operation.getResponses().getAPIResponses().forEach((status, response) -> {
            Content content = response.getContent();
            Map<String, MediaType> forms = content == null ? Map.of() : content.getMediaTypes();
            forms.forEach((type, form) -> {
                JsonNode example = answers.path(status).path(type);
                if (!example.isMissingNode()) {
                    form.setExample(plain(example));
                }
            });
        });
    }

    private static void add(MediaType form, String name, JsonNode problem) {
        form.addExample(
                problem.path("type").asText(), OASFactory.createExample().value(error(name, problem)));
    }

    private static Object error(String name, JsonNode problem) {
        ProblemType type = ProblemType.valueOf(
                problem.path("type").asText().toUpperCase(Locale.ROOT).replace('-', '_'));
        String detail = problem.path("detail").asText();
        List<FieldError> errors = new ArrayList<>();
        problem.path("pointers").forEach(pointer -> errors.add(new FieldError(pointer.asText(), detail)));
        if (name.startsWith("OpenAi")) {
            return plain(JSON.valueToTree(OpenAiError.of(type, detail, errors)));
        }
        if (name.startsWith("Inference")) {
            return plain(JSON.valueToTree(new InferenceError(detail)));
        }
        Refusal refusal = new Refusal(type, detail, errors, Map.of());
        return plain(JSON.valueToTree(refusal.problem(problem.path("instance").asText(), REQUEST_ID)));
    }

    /** Of maps, lists and values. */
    private static Object plain(JsonNode node) {
        return Objects.requireNonNull(JSON.convertValue(node, Object.class), "no example is null");
    }

    private static JsonNode read(String file) {
        try (InputStream in = ContractExamples.class.getResourceAsStream("/contract/" + file)) {
            return JSON.readTree(Objects.requireNonNull(in, file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
