package io.stepwise.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hibernate.validator.constraints.Range;
import org.junit.jupiter.api.Test;

/** docs/configuration.md against the program. */
class ConfigurationPageTest {
    private static final Pattern ROW = Pattern.compile(
            "^\\| `(stepwise\\.[A-Za-z0-9.-]+)` \\| `(\\w+)` \\| (?:`([^`]*)` )?\\| ([^|]+) \\| ([^|]+) \\|$",
            Pattern.MULTILINE);

    private static String page() throws IOException {
        return Files.readString(Path.of("docs/configuration.md"));
    }

    @Test
    void page_listsEveryKeyWithItsDefaultAndNothingElse() throws IOException {
        Map<String, String> listed = new TreeMap<>();
        Matcher row = ROW.matcher(page());
        while (row.find()) {
            String key = row.group(1);
            listed.put(key, row.group(3) == null ? "" : row.group(3));
            assertThat(row.group(2)).isEqualTo(ConfigKeys.environment(key));
            assertThat(row.group(4)).as("range of %s", key).isNotBlank();
            assertThat(row.group(5)).as("meaning of %s", key).isNotBlank();
        }

        assertThat(listed).containsExactlyEntriesOf(ConfigKeys.all());
        assertThat(page().lines().filter(line -> line.startsWith("| `stepwise.")))
                .as("rows that make sense")
                .hasSize(listed.size());
    }

    /** The numbers of ranges in the page are those of the messages about bad values. */
    @Test
    void page_rangesOfNumbers_areThoseThatAreChecked() throws IOException {
        String page = page().replaceAll(" \\([^)|]*\\)", "");
        String values = StepwiseConfigTest.BAD_VALUES;
        Matcher message = Pattern.compile("(stepwise\\.[a-z.-]+) is -?\\d+, must be (\\d+ … \\d+)")
                .matcher(values);
        int found = 0;
        while (message.find()) {
            if (!message.group(1).equals("stepwise.queue.capacity")) {
                assertThat(page)
                        .containsPattern("`" + Pattern.quote(message.group(1)) + "`.*\\| " + message.group(2) + " \\|");
                found++;
            }
        }
        assertThat(found).isGreaterThan(12);
    }

    /** The ranges in the page are those of the annotations, which the program checks. */
    @Test
    void page_ranges_areThoseOfTheAnnotations() throws IOException {
        Map<String, String> annotated = new TreeMap<>();
        ConfigKeys.methods().forEach((key, method) -> {
            Range numbers = method.getAnnotation(Range.class);
            DurationRange durations = method.getAnnotation(DurationRange.class);
            if (numbers != null) {
                annotated.put(key, numbers.min() + " … " + numbers.max());
            } else if (durations != null) {
                annotated.put(key, durations.min() + " … " + durations.max());
            } else if (method.isAnnotationPresent(DecimalMax.class)) {
                annotated.put(
                        key,
                        "above " + method.getAnnotation(DecimalMin.class).value() + " … "
                                + method.getAnnotation(DecimalMax.class).value());
            }
        });
        Map<String, String> listed = new TreeMap<>();
        Matcher row = ROW.matcher(page());
        while (row.find()) {
            if (annotated.containsKey(row.group(1))) {
                listed.put(row.group(1), plain(row.group(4)));
            }
        }

        assertThat(annotated).hasSizeGreaterThan(25);
        assertThat(listed).containsExactlyEntriesOf(annotated);
    }

    /** Without remarks, durations in ISO 8601; of a limit that is another setting, the least that may be. */
    private static String plain(String range) {
        String bare = range.replaceAll(" \\([^)]*\\)", "").replace("`stepwise.generate.max-images`", "1");
        return Pattern.compile("(\\d+) (ms|s|min|h|day)\\b").matcher(bare).replaceAll(found -> {
            long count = Long.parseLong(found.group(1));
            Duration duration =
                    switch (found.group(2)) {
                        case "ms" -> Duration.ofMillis(count);
                        case "s" -> Duration.ofSeconds(count);
                        case "min" -> Duration.ofMinutes(count);
                        case "h" -> Duration.ofHours(count);
                        default -> Duration.ofDays(count);
                    };
            return duration.toString();
        });
    }
}
