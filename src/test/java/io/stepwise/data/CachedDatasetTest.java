package io.stepwise.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.data.faces.FacesDataset;
import org.junit.jupiter.api.Test;

class CachedDatasetTest {
    private static final int FACE_BYTES = 8 * 8 * 3;

    @Test
    void get_again_isNotDecodedAgain() {
        CachedDataset cached = new CachedDataset(new FacesDataset(8, 8, 0, 10), 1 << 20);
        LabelledImage first = cached.get(3);
        assertThat(cached.get(3)).isSameAs(first);
        assertThat(cached.misses()).isEqualTo(1);
        assertThat(first).isEqualTo(new FacesDataset(8, 8, 0, 10).get(3));
    }

    @Test
    void get_beyondTheBudget_staysBelowItAndStillServes() {
        long budget = 5 * (FACE_BYTES + 200);
        CachedDataset cached = new CachedDataset(new FacesDataset(8, 8, 0, 50), budget);
        for (int epoch = 0; epoch < 3; epoch++) {
            for (int i = 0; i < 50; i++) {
                assertThat(cached.get(i).label()).isEqualTo(cached.label(i));
            }
        }
        assertThat(cached.usedBytes()).isBetween(5L * FACE_BYTES, budget);
        assertThat(cached.misses()).isLessThan(150 - 8).isGreaterThan(50 + 2 * 40);
    }

    @Test
    void get_noBudget_keepsNothing() {
        CachedDataset cached = new CachedDataset(new FacesDataset(8, 8, 0, 10), 0);
        cached.get(0);
        cached.get(0);
        assertThat(cached.usedBytes()).isZero();
        assertThat(cached.misses()).isEqualTo(2);
    }

    @Test
    void get_outOfRange_isRefused() {
        CachedDataset cached = new CachedDataset(new FacesDataset(8, 8, 0, 10), 1000);
        assertThatThrownBy(() -> cached.get(10)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new CachedDataset(new FacesDataset(8, 8, 0, 1), -1))
                .hasMessageContaining("budgetBytes -1");
    }
}
