package io.stepwise.training.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.stepwise.schema.InvalidMessageException;
import java.nio.charset.StandardCharsets;

/** Specifications from strangers. Plain runs try the seeds among the resources; {@code -Psoak} lets Jazzer look for others. */
class TrainingSpecFuzzTest {
    @FuzzTest(maxDuration = "3m")
    void read(byte[] json) {
        TrainingSpec spec;
        try {
            spec = TrainingSpecJson.read(new String(json, StandardCharsets.UTF_8));
        } catch (JsonProcessingException noJson) {
            return;
        } catch (InvalidMessageException refused) {
            assertThat(refused.errors()).isNotEmpty();
            return;
        }
        String written = TrainingSpecJson.write(spec);
        try {
            assertThat(TrainingSpecJson.read(written)).isEqualTo(spec);
        } catch (JsonProcessingException e) {
            throw new AssertionError(written, e);
        }
    }
}
