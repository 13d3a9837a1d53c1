package io.stepwise.upload;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Headers from strangers. Plain runs try the seeds among the resources; {@code -Psoak} lets Jazzer look for others. */
class HeaderParametersFuzzTest {
    @FuzzTest(maxDuration = "3m")
    void of(byte[] header) {
        HeaderParameters.of(new String(header, StandardCharsets.UTF_8))
                .forEach((name, value) ->
                        assertThat(name).isEqualTo(name.strip()).doesNotContain(";", "="));
    }
}
