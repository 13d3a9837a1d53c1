package io.stepwise.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.awt.Dimension;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small files of {@code src/test/resources/pictures}, which Pillow 9.4 wrote or which were put together by hand, against what
 * Pillow reads: RGB after LittleCMS's conversion to sRGB, upright, on white. Null stands for a file that must be refused. A
 * GIF's screen round its frame is white as in browsers.
 */
class PictureColoursTest {
    /** Decoders of JPEG and colour conversions round differently. */
    private static final int ROUNDING = 3;

    private static byte[] resource(String name) throws IOException {
        try (InputStream file = PictureColoursTest.class.getResourceAsStream("/pictures/" + name)) {
            return Objects.requireNonNull(file, name).readAllBytes();
        }
    }

    static Stream<Named<JsonNode>> expected() throws IOException {
        return new JsonMapper()
                .readTree(resource("expected.json")).properties().stream()
                        .map(file -> Named.of(
                                file.getKey(),
                                file.getValue().isNull()
                                        ? new JsonMapper().createObjectNode().put("file", file.getKey())
                                        : new JsonMapper()
                                                .createObjectNode()
                                                .put("file", file.getKey())
                                                .set("rows", file.getValue())));
    }

    @ParameterizedTest
    @MethodSource("expected")
    void read_pictureOfAnyProgram_hasItsColoursOrIsRefused(JsonNode expected) throws IOException {
        byte[] file = resource(expected.path("file").textValue());
        if (!expected.has("rows")) {
            assertThatThrownBy(() -> ImageReading.read(file, ImageReading.MAX_PIXELS))
                    .isInstanceOf(UnreadableImageException.class);
            return;
        }
        Pixels picture = ImageReading.read(file, ImageReading.MAX_PIXELS).withChannels(3);
        JsonNode rows = expected.get("rows");
        assertThat(picture.height()).isEqualTo(rows.size());
        assertThat(picture.width() * 6).isEqualTo(rows.get(0).textValue().length());
        assertThat(ImageReading.size(file)).isEqualTo(new Dimension(picture.width(), picture.height()));
        for (int y = 0; y < picture.height(); y++) {
            byte[] row = HexFormat.of().parseHex(rows.get(y).textValue());
            for (int i = 0; i < row.length; i++) {
                assertThat(Math.abs((row[i] & 0xff) - picture.sample(i / 3, y, i % 3)))
                        .as("sample " + i % 3 + " of " + i / 3 + ", " + y)
                        .isLessThanOrEqualTo(ROUNDING);
            }
        }
    }
}
