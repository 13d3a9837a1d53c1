package io.stepwise.upload;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Names from strangers. Plain runs try the seeds among the resources; {@code -Psoak} lets Jazzer look for others. */
class FileNamesFuzzTest {
    private static final Path FOLDER = Path.of("/folder");

    @FuzzTest(maxDuration = "3m")
    void cleaned(byte[] bytes) {
        String cleaned;
        Path file;
        try {
            cleaned = FileNames.cleaned(new String(bytes, StandardCharsets.UTF_8));
            file = FileNames.inside(FOLDER, cleaned);
        } catch (InvalidUploadException refused) {
            assertThat(refused.getMessage()).doesNotContainPattern("\\p{Cntrl}");
            return;
        }
        assertThat(file.startsWith(FOLDER)).isTrue();
        assertThat(file).isNotEqualTo(FOLDER);
        assertThat(FileNames.cleaned(cleaned)).isEqualTo(cleaned);
    }
}
