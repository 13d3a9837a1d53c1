package io.stepwise.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LocalLauncherTest {
    @Test
    void gpu_whereAllAreSeen_isTheDevice() {
        assertThat(LocalLauncher.gpu(null, 1)).isEqualTo("1");
    }

    /** The first GPU that this process sees may be any of the machine's. */
    @Test
    void gpu_whereSomeAreSeen_isOneOfThem() {
        assertThat(LocalLauncher.gpu("2,3", 1)).isEqualTo("3");
        assertThat(LocalLauncher.gpu("GPU-8932f937, GPU-1f2e", 1)).isEqualTo("GPU-1f2e");
    }
}
