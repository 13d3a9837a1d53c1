package io.stepwise.repository.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("weights.safetensors");
    }

    @Test
    void floats_everyDtype_widensExactly() throws IOException {
        assertThat(readOne("F32", 4, b -> b.putFloat(0.1f))).isEqualTo(0.1f);
        assertThat(readOne("F64", 8, b -> b.putDouble(0.1))).isEqualTo(0.1f);
        assertThat(readOne("F16", 2, b -> b.putShort((short) 0x3555))).isEqualTo(0x1.554p-2f);
        assertThat(readOne("BF16", 2, b -> b.putShort((short) 0xc049))).isEqualTo(-3.140625f);
    }

    @Test
    void floats_otherDtype_isRefused() {
        assertThatThrownBy(() -> readOne("I64", 8, b -> b.putLong(1)))
                .hasMessageContaining("tensor w: dtype I64 can't be read as float");
        assertThatThrownBy(() -> readOne("F8_E4M3", 1, b -> b.put((byte) 1)))
                .isInstanceOf(SafetensorsException.class)
                .hasMessageContaining("tensor w: dtype F8_E4M3 can't be read as float");
    }

    @Test
    void floats_unknownTensor_isRefused() throws IOException {
        Safetensors.write(file, List.of(new Tensor("w", List.of(2), new float[] {1, 2}, 0)), Map.of(), Dtype.F32);
        try (Safetensors tensors = Safetensors.open(file)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tensors.floats("v"))
                    .withMessageContaining("tensor v must be one of");
        }
    }

    @Test
    void write_viewsOfOneBuffer_readsBackInEveryDtype() throws IOException {
        float[] flat = new float[600_000];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = i % 251 - 125;
        }
        List<Tensor> tensors = List.of(
                new Tensor("b", List.of(3, 2), flat, 0),
                new Tensor("a", List.of(599_994), flat, 6),
                new Tensor("empty", List.of(0, 4), flat, 600_000),
                new Tensor("scalar", List.of(), flat, 5));
        for (Dtype dtype : List.of(Dtype.F32, Dtype.F16, Dtype.BF16)) {
            Safetensors.write(file, tensors, Map.of("format", "pt"), dtype);
            try (Safetensors read = Safetensors.open(file)) {
                assertThat(read.names()).containsExactly("a", "b", "empty", "scalar");
                assertThat(read.metadata()).containsExactly(Map.entry("format", "pt"));
                assertThat(read.shape("b")).containsExactly(3L, 2L);
                assertThat(read.dtype("a")).isEqualTo(dtype);
                for (Tensor tensor : tensors) {
                    float[] expected = Arrays.copyOfRange(flat, tensor.offset(), tensor.offset() + tensor.size());
                    assertThat(read.floats(tensor.name())).as(tensor.name()).isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void write_twice_givesTheSameBytesAlignedAndNothingBeside() throws IOException {
        List<Tensor> tensors = List.of(new Tensor("w", List.of(2), new float[] {1, 2}, 0));
        Safetensors.write(file, tensors, Map.of("b", "2", "a", "1"), Dtype.F32);
        byte[] first = Files.readAllBytes(file);
        Safetensors.write(file, tensors, Map.of("a", "1", "b", "2"), Dtype.F32);
        assertThat(Files.readAllBytes(file)).isEqualTo(first);
        assertThat(ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN).getLong() % 8)
                .isZero();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void write_integerDtype_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Safetensors.write(file, List.of(), Map.of(), Dtype.I64))
                .withMessage("dtype I64 must be F32, F16 or BF16");
    }

    @Test
    void write_sameNameTwice_isRefused() {
        Tensor tensor = new Tensor("w", List.of(1), new float[1], 0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Safetensors.write(file, List.of(tensor, tensor), Map.of(), Dtype.F32))
                .withMessageContaining("w must be given once");
    }

    @Test
    void open_fileLongerThanTwoGiB_readsItsEnd() throws IOException {
        long big = (1L << 31) + 8;
        String header = "{\"a\":{\"dtype\":\"U8\",\"shape\":[" + big + "],\"data_offsets\":[0," + big + "]},"
                + "\"z\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[" + big + "," + (big + 4) + "]}}";
        writeFile(header.length(), header, 0);
        try (SeekableByteChannel channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
            channel.position(8 + header.length() + big);
            channel.write(bytes(4).putFloat(2.5f).flip());
        }
        try (Safetensors tensors = Safetensors.open(file)) {
            assertThat(tensors.floats("z")).containsExactly(2.5f);
            assertThatThrownBy(() -> tensors.floats("a"))
                    .isInstanceOf(SafetensorsException.class)
                    .hasMessageContaining("an array holds at most");
        }
    }

    private interface Fill {
        void into(ByteBuffer bytes);
    }

    private float readOne(String dtype, int size, Fill fill) throws IOException {
        String header = "{\"w\":{\"dtype\":\"" + dtype + "\",\"shape\":[1],\"data_offsets\":[0," + size + "]}}";
        ByteBuffer data = bytes(size);
        fill.into(data);
        writeFile(header.length(), header, 0);
        try (SeekableByteChannel channel = Files.newByteChannel(file, StandardOpenOption.APPEND)) {
            channel.write(data.flip());
        }
        try (Safetensors tensors = Safetensors.open(file)) {
            return tensors.floats("w")[0];
        }
    }

    private void writeFile(long length, String header, int dataBytes) throws IOException {
        byte[] all = new byte[8 + header.length() + dataBytes];
        ByteBuffer.wrap(all)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(header.getBytes(StandardCharsets.UTF_8));
        Files.write(file, all);
    }

    private static ByteBuffer bytes(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
