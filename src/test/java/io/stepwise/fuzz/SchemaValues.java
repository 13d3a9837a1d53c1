package io.stepwise.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.contract.ContractDocument;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Values that a schema allows, and some that none does. */
final class SchemaValues {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int DEEPEST = 6;

    private final ContractDocument contract;
    private final Random random;

    SchemaValues(ContractDocument contract, Random random) {
        this.contract = contract;
        this.random = random;
    }

    /** A value that {@code schema} allows, as far as it says. */
    JsonNode valid(JsonNode schema) {
        return valid(schema, 0);
    }

    private JsonNode valid(JsonNode given, int depth) {
        JsonNode schema = contract.resolved(given);
        for (String alternatives : new String[] {"oneOf", "anyOf"}) {
            JsonNode any = schema.path(alternatives);
            if (any.size() > 0) {
                return valid(any.get(random.nextInt(any.size())), depth);
            }
        }
        JsonNode examples = schema.path("examples");
        if (examples.size() > 0 && random.nextInt(3) == 0) {
            return examples.get(random.nextInt(examples.size()));
        }
        if (schema.path("enum").size() > 0) {
            return schema.path("enum").get(random.nextInt(schema.path("enum").size()));
        }
        if (schema.has("default") && random.nextInt(4) == 0) {
            return schema.path("default");
        }
        return switch (type(schema)) {
            case "object" -> object(schema, depth);
            case "array" -> array(schema, depth);
            case "integer" -> integer(schema);
            case "number" -> JSON.numberNode(number(schema));
            case "boolean" -> JSON.booleanNode(random.nextBoolean());
            case "null" -> JSON.nullNode();
            default -> JSON.textNode(text(schema));
        };
    }

    private String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        if (type.isArray()) {
            return type.get(random.nextInt(type.size())).asText();
        }
        return type.asText(schema.has("properties") ? "object" : "string");
    }

    private JsonNode object(JsonNode schema, int depth) {
        ObjectNode object = JSON.objectNode();
        List<String> required = new ArrayList<>();
        schema.path("required").forEach(each -> required.add(each.asText()));
        schema.path("properties").properties().forEach(property -> {
            boolean wanted = required.contains(property.getKey()) || random.nextInt(4) == 0;
            if (wanted && depth < DEEPEST) {
                object.set(property.getKey(), valid(property.getValue(), depth + 1));
            }
        });
        return object;
    }

    private JsonNode array(JsonNode schema, int depth) {
        ArrayNode array = JSON.arrayNode();
        int least = schema.path("minItems").asInt(0);
        int size = least + random.nextInt(3);
        for (int i = 0; i < size && depth < DEEPEST; i++) {
            array.add(valid(schema.path("items"), depth + 1));
        }
        return array;
    }

    private JsonNode integer(JsonNode schema) {
        double least = schema.path("minimum").asDouble(0);
        double most = schema.path("maximum").asDouble(least + 100);
        long span = (long) Math.min(1000, Math.max(0, most - least));
        return JSON.numberNode((long) least + (span == 0 ? 0 : random.nextInt((int) span + 1)));
    }

    private double number(JsonNode schema) {
        double least = schema.path("minimum").asDouble(0);
        double most = schema.path("maximum").asDouble(least + 1);
        return least + random.nextDouble() * (most - least);
    }

    private String text(JsonNode schema) {
        if (schema.path("pattern").asText("").contains("[0-9]")) {
            return Integer.toString(random.nextInt(1000));
        }
        return pick("faces", "red", "plain", "a", "1");
    }

    /** Something that hardly any schema allows. */
    JsonNode wrong() {
        return switch (random.nextInt(16)) {
            case 0 -> JSON.nullNode();
            case 1 -> JSON.booleanNode(random.nextBoolean());
            case 2 -> JSON.numberNode(-1);
            case 3 -> JSON.numberNode(0);
            case 4 -> JSON.numberNode(new BigInteger("18446744073709551616"));
            case 5 -> JSON.numberNode(new BigDecimal("1e400"));
            case 6 -> JSON.numberNode(0.5);
            case 7 -> JSON.textNode("");
            case 8 -> JSON.textNode(unicode());
            case 9 -> JSON.textNode("x".repeat(1 + random.nextInt(20_000)));
            case 10 -> JSON.arrayNode();
            case 11 -> JSON.objectNode();
            case 12 -> deep(2 + random.nextInt(60));
            case 13 -> JSON.numberNode(Long.MIN_VALUE);
            case 14 -> JSON.textNode(pick("NaN", "-0", "1e5", "0x10", " 1", "true", "null", "latest", "\u0000"));
            default -> many();
        };
    }

    private JsonNode many() {
        ArrayNode many = JSON.arrayNode();
        for (int i = random.nextInt(3000); i > 0; i--) {
            many.add(i);
        }
        return many;
    }

    private JsonNode deep(int levels) {
        JsonNode node = JSON.textNode("deep");
        for (int i = 0; i < levels; i++) {
            node = random.nextBoolean()
                    ? JSON.arrayNode().add(node)
                    : JSON.objectNode().set("a", node);
        }
        return node;
    }

    /** Text in many scripts, with characters that move cursors, and halves of pairs. */
    String unicode() {
        StringBuilder text = new StringBuilder();
        for (int i = 1 + random.nextInt(12); i > 0; i--) {
            text.append(pick(
                    "ä",
                    "字",
                    "\uD83D\uDE00",
                    "\uD800",
                    "\u202E",
                    "\u0000",
                    "\u0007",
                    "\r\n",
                    "\"",
                    "\\",
                    "\uFEFF",
                    "e\u0301",
                    "'",
                    "%00",
                    "${7*7}",
                    "<b>",
                    "../"));
        }
        return text.toString();
    }

    /** The same with one thing changed somewhere. */
    JsonNode mutated(JsonNode value) {
        JsonNode copy = value.deepCopy();
        JsonNode at = copy;
        while (at.size() > 0 && random.nextInt(3) > 0) {
            JsonNode child = at.isArray()
                    ? at.get(random.nextInt(at.size()))
                    : at.path(new ArrayList<>(names(at)).get(random.nextInt(at.size())));
            if (child.isContainerNode() && child.size() > 0) {
                at = child;
            } else {
                break;
            }
        }
        if (at instanceof ObjectNode object) {
            mutate(object);
        } else if (at instanceof ArrayNode array) {
            array.insert(random.nextInt(array.size() + 1), wrong());
        }
        return copy.isContainerNode() && random.nextInt(20) > 0 ? copy : wrong();
    }

    private void mutate(ObjectNode object) {
        List<String> names = names(object);
        boolean nothing = names.isEmpty();
        switch (nothing ? 0 : random.nextInt(4)) {
            case 0 -> object.set(pick("extra", unicode(), "", "__proto__", "x".repeat(300)), wrong());
            case 1 -> object.remove(names.get(random.nextInt(names.size())));
            default -> object.set(names.get(random.nextInt(names.size())), wrong());
        }
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @SafeVarargs
    final <T> T pick(T... all) {
        return all[random.nextInt(all.length)];
    }
}
