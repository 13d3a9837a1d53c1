package io.stepwise.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NumberedPageTest {
    @TempDir
    Path folder;

    @Test
    void replace_twice_leavesTheLastTablesBetweenTheMarks() throws IOException {
        Path page = Files.writeString(folder.resolve("page.md"), "a\n<!-- numbers -->\n<!-- /numbers -->\nb\n");

        NumberedPage.replace(page, "| 1 |\n");
        NumberedPage.replace(page, "| 2 |\n");

        assertThat(page).hasContent("a\n<!-- numbers -->\n\n| 2 |\n\n<!-- /numbers -->\nb\n");
    }

    @Test
    void replace_inPageWithoutMarks_isRefused() throws IOException {
        Path page = Files.writeString(folder.resolve("page.md"), "<!-- /numbers --> <!-- numbers -->");

        assertThatThrownBy(() -> NumberedPage.replace(page, "")).hasMessageContaining("must have a line <!-- numbers");
    }

    @Test
    void defaultModelPage_saysWhatItsReportSays() throws IOException {
        Path docs = Path.of("docs");

        assertThat(Files.readString(docs.resolve("default-model.md")))
                .contains("\n\n" + Files.readString(docs.resolve("default-model/numbers.md")) + "\n");
    }
}
