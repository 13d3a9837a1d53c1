package io.stepwise.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the page calls, reads and sends exists in {@code openapi.yaml}. */
class StudioContractTest {
    private static final Path PAGE = Path.of("src/main/web");
    private static final Pattern TYPE = Pattern.compile("export interface (\\w+) \\{(.*?)\\n}", Pattern.DOTALL);
    private static final Pattern MEMBER = Pattern.compile("\\n {4}(\\w+)(\\??): ([^;]+);");
    private static final Pattern OPERATION = Pattern.compile("\\n {4}(\\w+): '(\\w+) (/\\S+)',");

    private final JsonNode contract;

    StudioContractTest() throws IOException {
        contract = new YAMLMapper().readTree(new File("openapi.yaml"));
    }

    private static List<MatchResult> found(Pattern pattern, String text) {
        List<MatchResult> found = pattern.matcher(text).results().toList();
        assertThat(found).isNotEmpty();
        return found;
    }

    private JsonNode schema(String name) {
        return contract.at("/components/schemas/" + name);
    }

    @Test
    void types_areThoseOfTheContract() throws IOException {
        List<String> faults = new ArrayList<>();
        for (MatchResult type : found(TYPE, Files.readString(PAGE.resolve("api/types.ts")))) {
            JsonNode schema = schema(type.group(1));
            for (MatchResult member : found(MEMBER, type.group(2))) {
                String name = type.group(1) + '.' + member.group(1);
                JsonNode property = schema.path("properties").path(member.group(1));
                if (property.isMissingNode()) {
                    faults.add(name + " is not in the contract");
                } else if (!member.group(2).isEmpty() == required(schema).contains(member.group(1))) {
                    faults.add(name + " is optional here or there");
                } else if (!typeOf(property).equals(parts(member.group(3)))) {
                    faults.add(name + " is " + member.group(3) + ", in the contract " + typeOf(property));
                }
            }
        }
        assertThat(faults).isEmpty();
    }

    private static Set<String> required(JsonNode schema) {
        Set<String> required = new TreeSet<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        return required;
    }

    /** The alternatives of a TypeScript type; texts to choose from count as text. */
    private static Set<String> parts(String type) {
        Set<String> parts = new TreeSet<>();
        for (String part : type.split("\\|", -1)) {
            parts.add(part.strip().startsWith("'") ? "string" : part.strip());
        }
        return parts;
    }

    private Set<String> typeOf(JsonNode property) {
        Set<String> types = new TreeSet<>();
        if (property.has("$ref")) {
            types.add(property.path("$ref").asText().replaceFirst(".*/", ""));
        }
        for (String alternatives : new String[] {"oneOf", "anyOf"}) {
            property.path(alternatives).forEach(each -> types.addAll(typeOf(each)));
        }
        JsonNode type = property.path("type");
        Stream<JsonNode> names = type.isArray()
                ? Stream.iterate(0, i -> i < type.size(), i -> i + 1).map(type::get)
                : Stream.of(type);
        names.map(JsonNode::asText)
                .filter(name -> !name.isEmpty())
                .forEach(name -> types.add(
                        switch (name) {
                            case "integer" -> "number";
                            case "array" -> String.join("", typeOf(property.path("items"))) + "[]";
                            default -> name;
                        }));
        return types;
    }

    @Test
    void operations_areThoseOfTheContract() throws IOException {
        for (Path calls : calls()) {
            for (MatchResult operation : found(OPERATION, Files.readString(calls))) {
                JsonNode described = contract.path("paths")
                        .path(operation.group(3))
                        .path(operation.group(2).toLowerCase(Locale.ROOT));

                assertThat(described.path("operationId").asText()).isEqualTo(operation.group(1));
            }
        }
    }

    private static List<Path> calls() throws IOException {
        try (Stream<Path> files = Files.list(PAGE.resolve("api"))) {
            List<Path> calls =
                    files.filter(file -> file.toString().endsWith("calls.ts")).toList();
            assertThat(calls).hasSizeGreaterThan(4);
            return calls;
        }
    }

    /** The groups and the objects of the form of a training job. */
    @Test
    void fieldsOfTheTrainingForm_areFieldsOfASpecification() throws IOException {
        JsonNode fields = schema("TrainingSpecification").path("properties");
        String form = Files.readString(PAGE.resolve("training/field-groups.ts"));
        String parts = Files.readString(PAGE.resolve("training/form.ts"));
        String groups = form.substring(form.indexOf("const GROUPS"), form.indexOf("const NAMES"));
        List<MatchResult> named = found(Pattern.compile("'([a-z_]+)(\\.[a-z_0-9]+)?'[,\\]]"), groups);
        List<MatchResult> objects = found(Pattern.compile("\\n {4}(\\w+): '(\\w+)',"), parts);

        assertThat(named).hasSizeGreaterThan(35).allSatisfy(name -> assertThat(fields.has(name.group(1)))
                .as(name.group())
                .isTrue());
        assertThat(objects).hasSize(5).allSatisfy(object -> assertThat(typeOf(fields.path(object.group(1))))
                .contains(object.group(2)));
    }

    /** What the page draws or sends by name; all else of a field comes from the contract while the page runs. */
    @Test
    void fields_thatThePageNames_areFieldsOfARequest() throws IOException {
        JsonNode fields = schema("GenerateRequest").path("properties");
        List<String> named = new ArrayList<>();
        String panel = Files.readString(PAGE.resolve("making/settings-panel.ts"));
        String grid = Files.readString(PAGE.resolve("making/grid.ts"));
        String field = Files.readString(PAGE.resolve("making/field.ts"));
        for (String list : List.of(
                found(Pattern.compile("FINE = \\[(.*?)]", Pattern.DOTALL), panel)
                        .get(0)
                        .group(1),
                found(Pattern.compile("VARIED = \\[(.*?)]", Pattern.DOTALL), grid)
                        .get(0)
                        .group(1))) {
            found(Pattern.compile("'(\\w+)'"), list).forEach(name -> named.add(name.group(1)));
        }
        found(Pattern.compile("\\n {4}(\\w+): ['{]"), field).forEach(name -> named.add(name.group(1)));

        assertThat(named)
                .hasSizeGreaterThan(20)
                .allSatisfy(name -> assertThat(fields.has(name)).as(name).isTrue());
    }
}
