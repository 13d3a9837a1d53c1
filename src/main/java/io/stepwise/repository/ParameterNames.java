package io.stepwise.repository;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of the parameters of attention blocks before diffusers 0.15, and the shapes of their weights before they
 * were linear layers. Everything under {@code google/ddpm-*} uses them.
 */
final class ParameterNames {
    private static final Pattern OLD_ATTENTION =
            Pattern.compile("(.*attentions\\.\\d+\\.)(query|key|value|proj_attn)(\\.(?:weight|bias))");
    private static final Pattern ATTENTION_WEIGHT =
            Pattern.compile(".*attentions\\.\\d+\\.(?:to_q|to_k|to_v|to_out\\.0)\\.weight");
    private static final Map<String, String> MODERN =
            Map.of("query", "to_q", "key", "to_k", "value", "to_v", "proj_attn", "to_out.0");

    private ParameterNames() {}

    /** The parameter's name in diffusers today. */
    static String modern(String name) {
        Matcher old = OLD_ATTENTION.matcher(name);
        return old.matches() ? old.group(1) + MODERN.get(old.group(2)) + old.group(3) : name;
    }

    /** The parameter's shape in diffusers today: attention weights of shape [C, C, 1, 1] are [C, C]. */
    static List<Long> modernShape(String modernName, List<Long> shape) {
        boolean convolution = shape.size() == 4 && shape.get(2) == 1 && shape.get(3) == 1;
        return convolution && ATTENTION_WEIGHT.matcher(modernName).matches() ? shape.subList(0, 2) : shape;
    }
}
