package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.data.faces.FacesDataset;
import io.stepwise.training.spec.ImageSize;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.TrainingSpecJson;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingMemoryTest {
    private static final double MIB = 1 << 20;

    /** Peaks of the resident set of processes of three steps, with a checkpoint and a publication; one native thread. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            tiny   | 32 | 8   | 384
            tiny   | 32 | 32  | 670
            tiny   | 32 | 128 | 1660
            tiny   | 64 | 32  | 1435
            small  | 32 | 32  | 862
            small  | 32 | 128 | 2258
            small  | 64 | 32  | 2097
            base   | 32 | 1   | 1198
            base   | 32 | 4   | 1260
            base   | 32 | 16  | 1642
            base   | 64 | 8   | 2114
            report | 64 | 4   | 1610
            """)
    void total_ofMeasuredRuns_isSomewhatAboveTheirPeaks(String unet, int side, int batch, double peakMib) {
        TrainingMemory memory = memory(Map.of("unet", unet, "image_size", side, "batch_size", batch), 0);
        assertThat((memory.total() - memory.images()) / MIB).isBetween(.97 * peakMib, 1.3 * peakMib);
    }

    @Test
    void images_ofLargeDataSet_areAtMostTheCacheAndTheBatches() {
        Map<String, Object> spec = Map.of("unet", "tiny", "image_size", 32, "batch_size", 4);
        long none = memory(spec, 0).images();
        assertThat(memory(spec, 1000).images()).isEqualTo(none + 1000);
        assertThat(memory(spec, Long.MAX_VALUE).images()).isEqualTo(none + 64 * (3 * 32 * 32 + 256));
        assertThat(memory(spec, 1000).heap()).isEqualTo(memory(spec, 0).heap() + 1000);
    }

    @Test
    void total_bf16_isMoreThanF32() {
        Map<String, Object> f32 = Map.of("precision", "f32");
        assertThat(memory(Map.of("precision", "bf16"), 0).activations())
                .isGreaterThan(memory(f32, 0).activations());
    }

    private static TrainingMemory memory(Map<String, Object> changes, long cacheBytes) {
        TrainingSpec spec = TrainingSpecJson.with(
                TrainingSpecJson.with(TrainingSpec.defaults(), Map.of("precision", "f32")), changes);
        ImageSize size = spec.imageSize();
        try (FacesDataset faces = new FacesDataset(size.width(), size.height(), 0, 64)) {
            return TrainingMemory.of(TrainingPlan.of(spec, faces), cacheBytes);
        }
    }
}
