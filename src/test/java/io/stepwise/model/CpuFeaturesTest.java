package io.stepwise.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class CpuFeaturesTest {
    @Test
    void fastBf16_instructionsForIt_true() {
        assertThat(new CpuFeatures(Set.of("avx2", "avx512_bf16")).fastBf16()).isTrue();
        assertThat(new CpuFeatures(Set.of("amx_bf16")).fastBf16()).isTrue();
        assertThat(new CpuFeatures(Set.of("asimd", "bf16")).fastBf16()).isTrue();
        assertThat(new CpuFeatures(Set.of("avx2", "avx512f")).fastBf16()).isFalse();
    }

    @Test
    void packsBf16_whatOneDnnAsksFor_true() {
        assertThat(new CpuFeatures(Set.of("avx512bw", "avx512vl", "avx512dq")).packsBf16())
                .isTrue();
        assertThat(new CpuFeatures(Set.of("avx_ne_convert")).packsBf16()).isTrue();
        assertThat(new CpuFeatures(Set.of("avx512bw", "avx512vl")).packsBf16()).isFalse();
        assertThat(new CpuFeatures(Set.of()).packsBf16()).isFalse();
    }

    @Test
    void fastInt8_exactSums_true() {
        assertThat(new CpuFeatures(Set.of("avx512f", "avx512_vnni")).fastInt8()).isTrue();
        assertThat(new CpuFeatures(Set.of("avx512f", "avx512bw")).fastInt8()).isFalse();
    }

    @Test
    void here_thisMachine_isReadOnce() {
        assertThat(CpuFeatures.here()).isSameAs(CpuFeatures.here());
    }
}
