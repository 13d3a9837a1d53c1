package io.stepwise.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.ValidationMessage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * From the validator's messages, one per keyword of a schema, to one error per field.
 *
 * <p>Where a field may be one of several things ({@code oneOf}), the validator tells of each what is wrong with it. If the
 * value is an object or a list that is one of them but for what it holds, the errors inside are told; otherwise that it is
 * none of them.
 */
final class Mismatches {
    private static final String UNKNOWN = "additionalProperties";
    private static final String MISSING = "required";

    private final JsonNode document;
    private final AllowedValues allowed;
    private final Map<String, FieldError> wrong = new LinkedHashMap<>();
    private final List<FieldError> unknown = new ArrayList<>();

    /** @param document the schema that the messages come from */
    Mismatches(JsonNode document, Collection<ValidationMessage> messages) {
        this.document = document;
        this.allowed = new AllowedValues(document);
        told(messages).forEach(this::add);
    }

    /** Fields that are wrong or missing, in the order of the schema. */
    Collection<FieldError> wrong() {
        return wrong.values();
    }

    /** Fields that the schema doesn't have. */
    List<FieldError> unknown() {
        return unknown;
    }

    private static Set<ValidationMessage> told(Collection<ValidationMessage> messages) {
        Set<ValidationMessage> told = new LinkedHashSet<>(messages);
        for (ValidationMessage message : messages) {
            if (message.getType().equals("oneOf")) {
                chooseBranch(message, messages, told);
            }
        }
        return told;
    }

    private static void chooseBranch(
            ValidationMessage oneOf, Collection<ValidationMessage> messages, Set<ValidationMessage> told) {
        boolean found = false;
        for (int i = 0; i < oneOf.getSchemaNode().size(); i++) {
            String path = oneOf.getEvaluationPath() + "/" + i + "/";
            List<ValidationMessage> branch = messages.stream()
                    .filter(message -> message.getEvaluationPath().toString().startsWith(path))
                    .toList();
            boolean fits = !found && !branch.isEmpty() && branch.stream().allMatch(message -> isInside(message, oneOf));
            if (fits) {
                told.remove(oneOf);
                found = true;
            } else {
                branch.forEach(told::remove);
            }
        }
    }

    private static boolean isInside(ValidationMessage message, ValidationMessage oneOf) {
        return message.getType().equals(UNKNOWN)
                || message.getType().equals(MISSING)
                || !message.getInstanceLocation().equals(oneOf.getInstanceLocation());
    }

    private void add(ValidationMessage message) {
        String at = message.getInstanceLocation().toString();
        String keyword = message.getSchemaLocation().getFragment().toString();
        JsonNode schema = document.at(keyword.substring(0, keyword.lastIndexOf('/')));
        switch (message.getType()) {
            case UNKNOWN -> {
                if (unknown.size() == CheckedMessage.MOST_TOLD) {
                    return;
                }
                String pointer = at + FieldError.pointer(message.getProperty());
                unknown.add(FieldError.unknown(pointer, AllowedValues.fields(schema)));
            }
            case MISSING -> {
                String pointer = at + FieldError.pointer(message.getProperty());
                JsonNode field = schema.path("properties").path(message.getProperty());
                wrong.putIfAbsent(pointer, FieldError.missing(pointer, allowed.of(field)));
            }
            default -> wrong.putIfAbsent(at, FieldError.of(at, message.getInstanceNode(), allowed.of(schema)));
        }
    }
}
