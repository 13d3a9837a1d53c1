package io.stepwise.repository.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Headers from strangers. Plain runs try the seeds among the resources; {@code -Psoak} lets Jazzer look for others. */
class SafetensorsHeaderFuzzTest {
    /** @param file the length of the data, 8 bytes, and the header */
    @FuzzTest(maxDuration = "3m")
    void parse(byte[] file) {
        if (file.length < Long.BYTES) {
            return;
        }
        long dataBytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
        SafetensorsHeader header;
        try {
            header = SafetensorsHeader.parse(Arrays.copyOfRange(file, Long.BYTES, file.length), dataBytes, "file");
        } catch (SafetensorsException refused) {
            return;
        }
        long covered = 0;
        for (SafetensorsHeader.Entry entry : header.entries().values()) {
            assertThat(entry.begin()).isBetween(0L, dataBytes);
            assertThat(entry.end()).isBetween(entry.begin(), dataBytes);
            assertThat(entry.elements())
                    .isEqualTo(entry.shape().stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact));
            covered += entry.end() - entry.begin();
        }
        assertThat(covered).isEqualTo(dataBytes);
    }
}
