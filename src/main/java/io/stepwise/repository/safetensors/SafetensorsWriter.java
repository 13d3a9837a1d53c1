package io.stepwise.repository.safetensors;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.stepwise.repository.files.DurableFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes safetensors files; byte for byte what the reference implementation writes for tensors of one dtype. */
final class SafetensorsWriter {
    private static final int ALIGNMENT = 8;
    private static final int CHUNK_ELEMENTS = 1 << 18;
    private static final JsonMapper JSON = new JsonMapper();

    private SafetensorsWriter() {}

    static void write(Path path, List<Tensor> tensors, Map<String, String> metadata, Dtype dtype) throws IOException {
        if (dtype != Dtype.F32 && dtype != Dtype.F16 && dtype != Dtype.BF16) {
            throw new IllegalArgumentException("dtype " + dtype + " must be F32, F16 or BF16");
        }
        List<Tensor> sorted =
                tensors.stream().sorted(Comparator.comparing(Tensor::name)).toList();
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i).name().equals(sorted.get(i - 1).name())) {
                throw new IllegalArgumentException(
                        "tensor name " + sorted.get(i).name() + " must be given once");
            }
        }
        byte[] header = header(sorted, metadata, dtype);
        DurableFiles.replace(path, channel -> {
            ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            DurableFiles.writeAll(channel, length.putLong(header.length).flip());
            DurableFiles.writeAll(channel, ByteBuffer.wrap(header));
            ByteBuffer buffer =
                    ByteBuffer.allocateDirect(CHUNK_ELEMENTS * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
            for (Tensor tensor : sorted) {
                writeData(channel, buffer, tensor, dtype);
            }
        });
    }

    private static byte[] header(List<Tensor> tensors, Map<String, String> metadata, Dtype dtype) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writePOJOField(SafetensorsHeader.METADATA, new TreeMap<>(metadata));
            }
            long offset = 0;
            for (Tensor tensor : tensors) {
                if (tensor.name().equals(SafetensorsHeader.METADATA)) {
                    throw new IllegalArgumentException("tensor name " + tensor.name() + " is reserved");
                }
                long end = offset + (long) tensor.size() * dtype.bytes();
                json.writeObjectFieldStart(tensor.name());
                json.writeStringField("dtype", dtype.name());
                json.writePOJOField("shape", tensor.shape());
                json.writePOJOField("data_offsets", List.of(offset, end));
                json.writeEndObject();
                offset = end;
            }
            json.writeEndObject();
        }
        int padding = Math.floorMod(-bytes.size(), ALIGNMENT);
        bytes.writeBytes(" ".repeat(padding).getBytes(StandardCharsets.US_ASCII));
        return bytes.toByteArray();
    }

    private static void writeData(FileChannel channel, ByteBuffer buffer, Tensor tensor, Dtype dtype)
            throws IOException {
        int size = tensor.size();
        for (int done = 0; done < size; done += CHUNK_ELEMENTS) {
            int count = Math.min(CHUNK_ELEMENTS, size - done);
            int first = tensor.offset() + done;
            buffer.clear();
            switch (dtype) {
                case F16 -> {
                    for (int i = first; i < first + count; i++) {
                        buffer.putShort(HalfPrecision.toFloat16(tensor.data()[i]));
                    }
                }
                case BF16 -> {
                    for (int i = first; i < first + count; i++) {
                        buffer.putShort(HalfPrecision.toBfloat16(tensor.data()[i]));
                    }
                }
                default -> {
                    buffer.asFloatBuffer().put(tensor.data(), first, count);
                    buffer.position(count * dtype.bytes());
                }
            }
            DurableFiles.writeAll(channel, buffer.flip());
        }
    }
}
