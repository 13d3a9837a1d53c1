package io.stepwise.app.config;

import io.smallrye.config.ConfigValidationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Translates the errors of SmallRye Config for users: no message numbers, no names of Java classes. */
final class SettingProblems {
    private static final Pattern UNKNOWN = Pattern.compile("(\\S+) in .* does not map to any root");
    private static final Pattern NO_VALUE = Pattern.compile(
            "The config property (\\S+) with the config value (\".*\") threw an Exception whilst being converted (.*)");
    private static final String NOISE = "\\bSRCFG\\d+: |^(\\w+\\.)+\\w+Exception: | to enum class \\S+(?=,)";

    private SettingProblems() {}

    /** All errors in one line. */
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
        Matcher noValue = NO_VALUE.matcher(text);
        return noValue.matches() ? noValue.group(1) + " is " + noValue.group(2) + ": " + noValue.group(3) : text;
    }
}
