package io.stepwise.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/configuration.md against the program. */
class ConfigurationPageTest {
    private static final Pattern ROW = Pattern.compile(
            "^\\| `(stepwise\\.[A-Za-z.-]+)` \\| `(\\w+)` \\| (?:`([^`]*)` )?\\| ([^|]+) \\| ([^|]+) \\|$",
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
}
