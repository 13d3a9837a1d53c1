package io.stepwise.serving.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.model.UNet;
import io.stepwise.repository.UNetConfigJson;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.repository.files.JsonFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FootprintTest {
    private static final double MIB = 1 << 20;
    private static final OptionalLong PLENTY = OptionalLong.of(1L << 50);

    /** The default model's network with other images, and so many layers. */
    private static Footprint footprint(int side, int layers, int engines) throws IOException {
        ObjectNode config = JsonFiles.read(Path.of("models/faces/1/unet/config.json"));
        config.put("sample_size", side).put("layers_per_block", layers);
        UNet net = UNet.of(UNetConfigJson.fromObject("config.json", config));
        return new Footprint(net, new EngineSettings(engines, 1, 16, 64, EngineSettings.DEFAULT_STRETCH));
    }

    private static Footprint footprint(int side, int engines) throws IOException {
        return footprint(side, 2, engines);
    }

    /** Growth of the resident set's peak in one step of a process, with libtorch 2.7.1 on one thread. */
    @ParameterizedTest
    @CsvSource({"256, 1, 57", "256, 2, 125", "512, 1, 267", "512, 2, 434", "512, 4, 815", "1024, 1, 885"})
    void bytes_ofMeasuredSteps_areNotFarAboveTheirPeaks(int side, int rows, double peakMib) throws IOException {
        Footprint footprint = footprint(side, 1);
        assertThat((footprint.bytes(rows) - footprint.bytes(0)) / MIB).isBetween(peakMib, 1.35 * peakMib);
    }

    @Test
    void check_whatFits_passes() throws IOException {
        Footprint footprint = footprint(32, 4);
        assertThatCode(() -> footprint.check(PLENTY)).doesNotThrowAnyException();
        assertThatCode(() -> footprint.check(OptionalLong.empty())).doesNotThrowAnyException();
        assertThatCode(() -> footprint.check(OptionalLong.of(footprint.bytes(2))))
                .doesNotThrowAnyException();
    }

    @Test
    void check_tooLittleMemory_saysWhatIsNeededAndWhatIsThere() throws IOException {
        Footprint footprint = footprint(512, 2);
        assertThatThrownBy(() -> footprint.check(OptionalLong.of(footprint.bytes(2) - 1)))
                .isInstanceOf(TooLargeException.class)
                .hasMessageMatching(
                        "sample_size 512x512 with block_out_channels \\[16, 32, 64]: serving it needs about "
                                + "1\\d{3} MiB of memory \\(\\d+ for the weights, and 540 for a batch of 2 rows on each of 2 "
                                + "engines\\), and 1\\d{3} MiB are free");
    }

    /** Attention among all pixels, networks of very many layers: each step would hold up an engine for minutes. */
    @ParameterizedTest
    @CsvSource({"4096, 2", "1024, 2", "512, 64"})
    void check_stepsThatTakeMinutes_areRefusedForGood(int side, int layers) throws IOException {
        Footprint footprint = footprint(side, layers, 1);
        assertThatThrownBy(() -> footprint.check(PLENTY))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("a step of one image takes")
                .hasMessageContaining("GFLOP, must be at most 2000, about a minute, with 1 native threads");
    }

    @Test
    void maxBatch_isWhatTheMemoryHolds() throws IOException {
        Footprint footprint = footprint(512, 2);
        assertThat(footprint.maxBatch(OptionalLong.of(footprint.bytes(5)))).isEqualTo(5);
        assertThat(footprint.maxBatch(OptionalLong.of(footprint.bytes(5) - 1))).isEqualTo(4);
        assertThat(footprint.maxBatch(OptionalLong.of(0))).isEqualTo(2);
        assertThat(footprint.maxBatch(PLENTY)).isEqualTo(16);
        assertThat(footprint.maxBatch(OptionalLong.empty())).isEqualTo(16);
    }
}
