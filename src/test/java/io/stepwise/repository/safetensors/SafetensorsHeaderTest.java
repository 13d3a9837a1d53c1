package io.stepwise.repository.safetensors;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that lie about themselves. */
class SafetensorsHeaderTest {
    private static final String W = "\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("weights.safetensors");
    }

    @Test
    void open_fileShorterThanItsLength_isRefused() throws IOException {
        Files.write(file, new byte[5]);
        assertRefused("has 5 bytes, must have at least 8");
    }

    @Test
    void open_headerLengthBeyondTheLimit_isRefused() throws IOException {
        writeFile(100_000_001, "{}", 0);
        assertRefused("header length 100000001 must be at most 100000000");
    }

    @Test
    void open_headerLengthBeyondTwoToThe63_isRefused() throws IOException {
        writeFile(-1, "{}", 0);
        assertRefused("header length 18446744073709551615 must be at most");
    }

    @Test
    void open_headerLengthBeyondTheFile_isRefused() throws IOException {
        writeFile(50, "{}", 0);
        assertRefused("header length 50 must be at most 2");
    }

    @Test
    void open_invalidJson_isRefused() throws IOException {
        assertHeaderRefused("{\"w\":", 0, "the header is not valid");
    }

    @Test
    void open_headerThatIsNoObject_isRefused() throws IOException {
        assertHeaderRefused("[]", 0, "must begin with '{'");
    }

    @Test
    void open_textBehindTheHeader_isRefused() throws IOException {
        assertHeaderRefused("{" + W + "} {}", 8, "text behind its closing brace");
    }

    @Test
    void open_duplicateTensor_isRefused() throws IOException {
        assertHeaderRefused("{" + W + "," + W + "}", 8, "Duplicate");
    }

    @Test
    void open_duplicateKeyInATensor_isRefused() throws IOException {
        assertHeaderRefused(
                "{\"w\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "Duplicate");
    }

    @Test
    void open_unknownKeyInATensor_isRefused() throws IOException {
        assertHeaderRefused("{" + W.replace("}", ",\"strides\":[1]}") + "}", 8, "strides");
    }

    @Test
    void open_missingDtype_isRefused() throws IOException {
        assertHeaderRefused("{\"w\":{\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "must have dtype, shape and");
    }

    @Test
    void open_nullTensor_isRefused() throws IOException {
        assertHeaderRefused("{\"w\":null}", 0, "must have dtype, shape and");
    }

    @Test
    void open_unknownDtype_isRefused() throws IOException {
        assertHeaderRefused("{" + W.replace("F32", "F31") + "}", 8, "dtype F31 is unknown, must be one of");
    }

    @Test
    void open_negativeDimension_isRefused() throws IOException {
        assertHeaderRefused("{" + W.replace("[2]", "[-2]") + "}", 8, "shape [-2] must hold numbers of at least 0");
    }

    @Test
    void open_fractionalDimension_isRefused() throws IOException {
        assertHeaderRefused("{" + W.replace("[2]", "[2.0]") + "}", 8, "the header is not valid");
    }

    @Test
    void open_shapeProductBeyondTwoToThe63_isRefused() throws IOException {
        assertHeaderRefused("{" + W.replace("[2]", "[4294967296,4294967296]") + "}", 8, "overflows a 64-bit size");
    }

    @Test
    void open_dimensionBeyondTwoToThe63_isRefused() throws IOException {
        assertHeaderRefused("{" + W.replace("[2]", "[9223372036854775808]") + "}", 8, "the header is not valid");
    }

    @Test
    void open_shapeThatDoesNotFitItsBytes_isRefused() throws IOException {
        assertHeaderRefused("{" + W.replace("[2]", "[3]") + "}", 8, "hold 8 bytes, F32 of shape [3] needs 12");
    }

    @Test
    void open_offsetsBackwards_isRefused() throws IOException {
        assertHeaderRefused("{" + W.replace("[0,8]", "[8,0]") + "}", 8, "begin <= end");
    }

    @Test
    void open_threeOffsets_isRefused() throws IOException {
        assertHeaderRefused("{" + W.replace("[0,8]", "[0,8,16]") + "}", 8, "must be [begin, end]");
    }

    @Test
    void open_offsetsBeyondTheFile_isRefused() throws IOException {
        assertHeaderRefused("{" + W + "}", 7, "end at byte 8 of the data, which has 7 bytes");
    }

    @Test
    void open_dataBehindTheLastTensor_isRefused() throws IOException {
        assertHeaderRefused("{" + W + "}", 12, "end at byte 8 of the data, which has 12 bytes");
    }

    @Test
    void open_overlappingTensors_isRefused() throws IOException {
        String second = W.replace("\"w\"", "\"v\"").replace("[0,8]", "[4,12]");
        assertHeaderRefused("{" + W + "," + second + "}", 12, "overlaps the tensor before it, which ends at 8");
    }

    @Test
    void open_gapBetweenTensors_isRefused() throws IOException {
        String second = W.replace("\"w\"", "\"v\"").replace("[0,8]", "[12,20]");
        assertHeaderRefused("{" + W + "," + second + "}", 20, "leaves a gap before it, which ends at 8");
    }

    @Test
    void open_metadataThatIsNoString_isRefused() throws IOException {
        assertHeaderRefused("{\"__metadata__\":{\"format\":1}}", 0, "__metadata__.format must be a string");
    }

    @Test
    void open_deeplyNestedHeader_isRefused() throws IOException {
        assertHeaderRefused("{\"w\":" + "[".repeat(100_000), 0, "the header is not valid");
    }

    private void assertHeaderRefused(String header, int dataBytes, String message) throws IOException {
        writeFile(header.length(), header, dataBytes);
        assertRefused(message);
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> Safetensors.open(file).close())
                .isInstanceOf(SafetensorsException.class)
                .hasMessageStartingWith("weights.safetensors: ")
                .hasMessageContaining(message);
    }

    private void writeFile(long length, String header, int dataBytes) throws IOException {
        byte[] all = new byte[8 + header.length() + dataBytes];
        ByteBuffer.wrap(all)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(header.getBytes(StandardCharsets.UTF_8));
        Files.write(file, all);
    }
}
