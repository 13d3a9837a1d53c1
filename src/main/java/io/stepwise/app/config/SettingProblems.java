package io.stepwise.app.config;

import io.smallrye.config.ConfigValidationException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Translates the errors of SmallRye Config for users: no message numbers, no names of Java classes. */
final class SettingProblems {
    private static final Pattern UNKNOWN = Pattern.compile("(\\S+) in .* does not map to any root");
    private static final Pattern NO_VALUE = Pattern.compile(
            "The config property (\\S+) with the config value (\".*\") threw an Exception whilst being converted (.*)");
    private static final Pattern EMPTY =
            Pattern.compile("The config property (\\S+) is defined as the empty String .*");
    private static final Pattern MISSING =
            Pattern.compile("The config property (\\S+) is required but it could not be found in any config source");
    private static final String NOISE = "\\bSRCFG\\d+: |^(\\w+\\.)+\\w+Exception: | to enum class \\S+(?=,)";

    /** What a converter says about a wrong value, and the values that it allows. */
    private static final Map<Pattern, String> ALLOWED = new LinkedHashMap<>();

    static {
        ALLOWED.put(Pattern.compile(".*Invalid duration.*"), "a duration such as 250ms, 30s, 5m or PT30S");
        ALLOWED.put(Pattern.compile(".*regular expression.*"), "a size such as 512M, 2G or a number of bytes");
        ALLOWED.put(Pattern.compile(".*(integer|long) value.*"), "an integer");
        ALLOWED.put(Pattern.compile(".*double value.*"), "a number");
    }

    private static final Pattern ONE_OF = Pattern.compile(".*allowed values: (.*)");

    private SettingProblems() {}

    static String text(RuntimeException problem) {
        return problem instanceof ConfigValidationException all
                ? IntStream.range(0, all.getProblemCount())
                        .mapToObj(i -> sentence(all.getProblem(i).getMessage()))
                        .distinct()
                        .collect(Collectors.joining("; "))
                : String.valueOf(problem.getMessage());
    }

    private static String sentence(String message) {
        String text = message.replaceAll(NOISE, "");
        Matcher unknown = UNKNOWN.matcher(text);
        if (unknown.matches()) {
            return SettingNames.unknownKey(unknown.group(1));
        }
        Matcher empty = EMPTY.matcher(text);
        if (empty.matches()) {
            return empty.group(1) + " is empty, must have a value; remove it for the default";
        }
        Matcher missing = MISSING.matcher(text);
        if (missing.matches()) {
            return missing.group(1) + " is missing";
        }
        Matcher noValue = NO_VALUE.matcher(text);
        return noValue.matches() ? noValue.group(1) + " is " + noValue.group(2) + allowed(noValue.group(3)) : text;
    }

    private static String allowed(String reason) {
        Matcher names = ONE_OF.matcher(reason);
        if (names.matches()) {
            return ", must be one of "
                    + Arrays.stream(names.group(1).split(","))
                            .map(String::strip)
                            .sorted()
                            .collect(Collectors.joining(", "));
        }
        return ALLOWED.entrySet().stream()
                .filter(each -> each.getKey().matcher(reason).matches())
                .map(each -> ", must be " + each.getValue())
                .findFirst()
                .orElse(": " + reason);
    }
}
