package io.stepwise.api;

import io.stepwise.api.http.IdempotencyKey;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;

/**
 * Says what annotations can't: a field of several types has no type of its own, and where it may be null that is one
 * more alternative.
 */
public final class ContractFilter implements OASFilter {
    @Override
    public void filterOpenAPI(OpenAPI contract) {
        ProblemResponses.addTo(contract.getComponents());
        ClientErrors.addTo(contract.getComponents());
        contract.getPaths().getPathItems().forEach((path, item) -> item.getOperations()
                .forEach((method, operation) -> {
                    if (path.startsWith("/train")) {
                        addTraining(path, method, operation.getResponses());
                    } else if (path.startsWith("/generations")) {
                        addGenerations(method, operation.getResponses());
                    } else {
                        ClientErrors.addTo(path, method, operation.getResponses());
                    }
                    if (isKeyed(operation)) {
                        addReplays(operation.getResponses());
                    }
                }));
        SharedAnswers.addTo(contract);
        ContractExamples.addTo(contract);
    }

    /** What every operation on training jobs may answer. */
    private static void addTraining(String path, PathItem.HttpMethod method, APIResponses responses) {
        add(responses, "500", "InternalError");
        add(responses, "503", "StorageUnavailable");
        if (path.contains("{id}")) {
            add(responses, "404", "NoSuchJob");
        }
        if (method == PathItem.HttpMethod.GET || path.contains("{id}")) {
            add(responses, "406", "NotAcceptable");
        }
    }

    /** What every operation on generations that are kept may answer. */
    private static void addGenerations(PathItem.HttpMethod method, APIResponses responses) {
        add(responses, "404", "NoSuchGeneration");
        add(responses, "410", "Gone");
        add(responses, "500", "InternalError");
        if (method == PathItem.HttpMethod.GET) {
            add(responses, "406", "NotAcceptable");
        }
    }

    private static boolean isKeyed(Operation operation) {
        return operation.getParameters() != null
                && operation.getParameters().stream().anyMatch(parameter -> String.valueOf(parameter.getRef())
                        .endsWith("/" + IdempotencyKey.HEADER));
    }

    /** What an operation may answer because of an Idempotency-Key. */
    private static void addReplays(APIResponses responses) {
        responses.getAPIResponses().forEach((status, response) -> {
            if (status.startsWith("2")) {
                response.addHeader(
                        IdempotencyKey.REPLAYED, OASFactory.createHeader().ref(IdempotencyKey.REPLAYED));
            }
        });
        APIResponse invalid = responses.getAPIResponse("422");
        if (invalid != null && String.valueOf(invalid.getRef()).endsWith("/InvalidField")) {
            add(responses, "422", "InvalidFieldOrKey");
        }
    }

    private static void add(APIResponses responses, String status, String name) {
        responses.addAPIResponse(status, OASFactory.createAPIResponse().ref(name));
    }

    @Override
    public Schema filterSchema(Schema schema) {
        if (schema.getContentMediaType() != null && schema.getContentEncoding() == null) {
            schema.setFormat("binary"); // so say generators of clients what is not text
        }
        boolean nullable = schema.getType() != null && schema.getType().contains(SchemaType.NULL);
        if (nullable && schema.getEnumeration() != null) {
            List<Object> named = new ArrayList<>(schema.getEnumeration());
            named.add(null); // what may be null has to name it
            schema.setEnumeration(named);
        }
        List<Schema> alternatives = schema.getOneOf();
        if (alternatives != null && !alternatives.isEmpty()) {
            return ofSeveralTypes(schema, new ArrayList<>(alternatives), nullable);
        }
        List<Schema> any = schema.getAnyOf();
        if (any != null && !any.isEmpty()) {
            schema.setType(null); // a record or null
        }
        return schema;
    }

    private static Schema ofSeveralTypes(Schema schema, List<Schema> alternatives, boolean nullable) {
        alternatives.stream()
                .filter(each -> each.getType() != null && each.getType().contains(SchemaType.INTEGER))
                .forEach(each -> each.setFormat("int64")); // or clients' integers have 32 bits
        if (nullable) {
            alternatives.add(OASFactory.createSchema().type(List.of(SchemaType.NULL)));
        }
        Object otherwise = schema.getDefaultValue();
        if (otherwise != null) { // which generated clients can't write in one of several types
            schema.setDescription(schema.getDescription() + " By default " + otherwise + ".");
            schema.setDefaultValue(null);
        }
        schema.setType(null);
        schema.setAnyOf(null);
        return schema.oneOf(alternatives);
    }
}
