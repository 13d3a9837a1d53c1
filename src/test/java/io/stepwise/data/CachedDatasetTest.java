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
        assertThat(first).isEqualTo(new FacesDataset(8, 8, 0, 10).get(3));
    }

    @Test
    void get_beyondTheBudget_staysBelowItAndStillServes() {
        long budget = 5 * (FACE_BYTES + 200);
        CachedDataset cached = new CachedDataset(new FacesDataset(8, 8, 0, 50), budget);
        int kept = 0;
        for (int i = 0; i < 50; i++) {
            LabelledImage image = cached.get(i);
            assertThat(image.label()).isEqualTo(cached.label(i));
            kept += cached.get(i) == image ? 1 : 0;
        }
        assertThat(kept).isBetween(5, 6);
    }

    @Test
    void get_noBudget_keepsNothing() {
        CachedDataset cached = new CachedDataset(new FacesDataset(8, 8, 0, 10), 0);
        assertThat(cached.get(0)).isNotSameAs(cached.get(0));
    }

    @Test
    void get_outOfRange_isRefused() {
        CachedDataset cached = new CachedDataset(new FacesDataset(8, 8, 0, 10), 1000);
        assertThatThrownBy(() -> cached.get(10)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new CachedDataset(new FacesDataset(8, 8, 0, 1), -1))
                .hasMessageContaining("budgetBytes -1");
    }
}
