package io.stepwise.fuzz;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/** What was asked and what was answered, for people. */
final class FuzzReport {
    private FuzzReport() {}

    static String of(
            long seed,
            int cases,
            Map<String, Map<Integer, Integer>> counts,
            Map<Cases.Kind, Integer> kinds,
            Duration slowest) {
        StringBuilder report = new StringBuilder("seed ")
                .append(seed)
                .append(", ")
                .append(cases)
                .append(" cases, slowest answer ")
                .append(slowest.toMillis())
                .append(" ms\n\n");
        report.append(kinds.entrySet().stream()
                .map(each -> each.getKey().name().toLowerCase().replace('_', ' ') + " " + each.getValue())
                .collect(Collectors.joining(", ")));
        report.append("\n\n| operation | cases | status: how often |\n|---|---|---|\n");
        counts.forEach((operation, statuses) -> report.append("| `")
                .append(operation)
                .append("` | ")
                .append(statuses.values().stream().mapToInt(Integer::intValue).sum())
                .append(" | ")
                .append(statuses.entrySet().stream()
                        .map(each -> (each.getKey() == 0 ? "closed" : each.getKey()) + ": " + each.getValue())
                        .collect(Collectors.joining(", ")))
                .append(" |\n"));
        return report.toString();
    }
}
