package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.data.faces.FacesDataset;
import io.stepwise.training.spec.ImageSize;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.TrainingSpecJson;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingMemoryTest {
    private static final double MIB = 1 << 20;

    /** Peaks of the resident set of processes of three steps, with the copies of a checkpoint; one or two native threads. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            f32  | tiny   | 32 | 8   | 422
            f32  | tiny   | 32 | 128 | 1704
            f32  | tiny   | 64 | 32  | 1917
            f32  | small  | 32 | 32  | 896
            f32  | small  | 64 | 32  | 2454
            f32  | base   | 32 | 4   | 1048
            f32  | base   | 32 | 16  | 1532
            f32  | base   | 64 | 8   | 2108
            f32  | report | 64 | 4   | 1504
            """)
    void total_ofMeasuredRuns_isSomewhatAboveTheirPeaks(
            String precision, String unet, int side, int batch, double peakMib) {
        TrainingMemory memory =
                memory(Map.of("precision", precision, "unet", unet, "image_size", side, "batch_size", batch), 0);
        assertThat((memory.total() - memory.images()) / MIB).isBetween(.97 * peakMib, 1.3 * peakMib);
    }

    /** The same, with two native threads. */
    @ParameterizedTest
    @CsvSource({
        "gan, 32, 32, 64, 367",
        "gan, 64, 128, 64, 1178",
        "gan, 32, 64, 128, 662",
        "vae, 32, 128, 32, 401",
        "vae, 64, 64, 64, 1162"
    })
    void total_ofMeasuredRunsOfOtherKinds_isSomewhatAboveTheirPeaks(
            String kind, int side, int batch, int channels, double peakMib) {
        TrainingSpec spec = TrainingSpecJson.read(new ObjectMapper()
                .<ObjectNode>valueToTree(Map.of(
                        "kind", kind, "image_size", side, "batch_size", batch, kind, Map.of("channels", channels))));
        try (FacesDataset faces = new FacesDataset(side, side, 0, 64)) {
            TrainingMemory memory = TrainingMemory.of(TrainingPlan.of(spec, faces), 1 << 20);
            assertThat(memory.total() / MIB).isBetween(1.03 * peakMib, 1.35 * peakMib);
        }
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
    void activations_batchBeyondTheSamplesAtOnce_needNoMore() {
        Map<String, Object> spec = Map.of("unet", "report", "image_size", 64, "batch_size", 16);
        assertThat(memory(spec, 0).activations())
                .isEqualTo(memory(with(spec, "batch_size", 64), 0).activations())
                .isGreaterThan(memory(with(spec, "batch_size", 15), 0).activations());
    }

    private static Map<String, Object> with(Map<String, Object> spec, String key, Object value) {
        Map<String, Object> changed = new HashMap<>(spec);
        changed.put(key, value);
        return changed;
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
