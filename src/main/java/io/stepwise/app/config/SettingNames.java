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
import java.util.stream.Collectors;

/**
 * The names of all settings. They serve to find misspelt names, because SmallRye Config does not report them in the
 * environment.
 */
final class SettingNames {
    private static final String PREFIX = "STEPWISE_";

    /** Variables that Kubernetes sets in every pod for a Service whose name starts with stepwise. */
    private static final Pattern OF_KUBERNETES =
            Pattern.compile(PREFIX + "(.*_)?(SERVICE_(HOST|PORT.*)|PORT(_\\d+_(TCP|UDP|SCTP).*)?)");

    private static final Pattern KEY = Pattern.compile("\\bstepwise(\\.[\\w-]+)+");

    /** Every key, such as {@code stepwise.queue.capacity}; {@code *} stands for a name that the user chooses. */
    private static final Set<String> KEYS = new TreeSet<>(
            ConfigClass.configClass(StepwiseConfig.class).getProperties().keySet());

    private SettingNames() {}

    /** The environment variable of {@code key}. */
    static String environment(String key) {
        return key.replaceAll("[^A-Za-z0-9*]", "_").toUpperCase(Locale.ROOT);
    }

    /** Replaces a key in {@code text} by its environment variable if the value comes from {@code environment}. */
    static String asWritten(String text, Map<String, String> environment) {
        return KEY.matcher(text).replaceAll(found -> {
            String variable = environment(found.group());
            return environment.containsKey(variable) ? variable : found.group();
        });
    }

    /** A message for each variable that looks like a setting but is not, in the order of the names. */
    static List<String> unknownVariables(Collection<String> variables) {
        return variables.stream()
                .filter(SettingNames::isMeant)
                .filter(name -> !OF_KUBERNETES.matcher(name).matches())
                .filter(name ->
                        KEYS.stream().noneMatch(key -> matches(name.toUpperCase(Locale.ROOT), environment(key))))
                .sorted()
                .map(name -> unknown(name, SettingNames::environment))
                .toList();
    }

    /** Whether the variable is for this program: by its prefix in either case, or because it is a setting but for a letter. */
    private static boolean isMeant(String variable) {
        String upper = variable.toUpperCase(Locale.ROOT);
        return upper.startsWith(PREFIX)
                || upper.startsWith("STEP") && KEYS.stream().anyMatch(key -> distance(upper, environment(key)) <= 2);
    }

    /** A message for a key that does not exist. */
    static String unknownKey(String key) {
        return unknown(key, UnaryOperator.identity());
    }

    private static String unknown(String name, UnaryOperator<String> spelling) {
        List<String> keys = KEYS.stream().map(spelling).toList();
        String meant = spelling.apply(name);
        Optional<String> nearest = keys.stream()
                .min(Comparator.comparingInt(key -> distance(meant, key)))
                .filter(key -> distance(meant, key) <= Math.max(2, name.length() / 4));
        String group = meant.substring(PREFIX.length() - 1); // such as _THREADS
        String suggested = nearest.orElseGet(
                () -> keys.stream().filter(key -> key.endsWith(group)).collect(Collectors.joining(" or ")));
        return name + " is not a setting"
                + (suggested.isEmpty() ? "" : "; did you mean " + suggested.replace("*", "NAME") + "?");
    }

    private static boolean matches(String name, String template) {
        return name.matches(template.replace("*", ".+"));
    }

    /** Levenshtein distance: the number of characters to add, remove or replace. */
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
