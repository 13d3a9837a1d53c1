package io.stepwise.app.config;

import io.smallrye.config.ConfigMappings.ConfigClass;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** The names of all settings, by which a misspelt one is found: SmallRye Config itself finds none in the environment. */
final class SettingNames {
    private static final String PREFIX = "STEPWISE_";

    /** What Kubernetes puts into the environment of every pod for a Service whose name starts with stepwise. */
    private static final Pattern OF_KUBERNETES =
            Pattern.compile(PREFIX + "(.*_)?(SERVICE_(HOST|PORT.*)|PORT(_\\d+_(TCP|UDP|SCTP).*)?)");

    private static final Pattern KEY = Pattern.compile("\\bstepwise(\\.[\\w-]+)+");

    /** Every key, such as {@code stepwise.queue.capacity}; {@code *} stands for a name that the user chooses. */
    private static final Set<String> KEYS = new TreeSet<>(
            ConfigClass.configClass(StepwiseConfig.class).getProperties().keySet());

    private SettingNames() {}

    /** What {@code key} is called in the environment. */
    static String environment(String key) {
        return key.replaceAll("[^A-Za-z0-9*]", "_").toUpperCase(Locale.ROOT);
    }

    /** {@code text} with the variable's name where it names a key whose value comes from {@code environment}. */
    static String asWritten(String text, Map<String, String> environment) {
        return KEY.matcher(text).replaceAll(found -> {
            String variable = environment(found.group());
            return environment.containsKey(variable) ? variable : found.group();
        });
    }

    /** A sentence about each variable that looks like a setting and is none, in the order of the names. */
    static List<String> unknownVariables(Collection<String> variables) {
        return variables.stream()
                .filter(name -> name.startsWith(PREFIX))
                .filter(name -> !OF_KUBERNETES.matcher(name).matches())
                .filter(name -> KEYS.stream().noneMatch(key -> matches(name, environment(key))))
                .sorted()
                .map(name -> unknown(name, SettingNames::environment))
                .toList();
    }

    /** A sentence about a key that does not exist. */
    static String unknownKey(String key) {
        return unknown(key, UnaryOperator.identity());
    }

    private static String unknown(String name, UnaryOperator<String> spelling) {
        Optional<String> nearest = KEYS.stream()
                .map(spelling)
                .min(Comparator.comparingInt(key -> distance(name, key)))
                .filter(key -> distance(name, key) <= Math.max(2, name.length() / 4));
        return name + " is not a setting"
                + nearest.map(key -> "; did you mean " + key + "?").orElse("");
    }

    private static boolean matches(String name, String template) {
        return name.matches(template.replace("*", ".+"));
    }

    /** Levenshtein's: how many characters must be added, removed or replaced. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
