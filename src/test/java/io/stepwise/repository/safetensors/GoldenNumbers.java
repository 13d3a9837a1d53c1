package io.stepwise.repository.safetensors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.DoubleStream;

/** Reads numbers of other types than the program does from reference files. */
public final class GoldenNumbers {
    private GoldenNumbers() {}

    /** The elements of a tensor, in C order. */
    public static double[] of(Path file, String tensor) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int header = (int) bytes.getLong();
        JsonNode entry = new ObjectMapper().readTree(bytes.array(), 8, header).path(tensor);
        int begin = 8 + header + entry.at("/data_offsets/0").intValue();
        bytes.limit(8 + header + entry.at("/data_offsets/1").intValue()).position(begin);
        DoubleStream.Builder numbers = DoubleStream.builder();
        while (bytes.hasRemaining()) {
            numbers.add(
                    switch (entry.path("dtype").asText()) {
                        case "F64" -> bytes.getDouble();
                        case "F32" -> bytes.getFloat();
                        case "I64" -> bytes.getLong();
                        case "I32" -> bytes.getInt();
                        case "U8" -> Byte.toUnsignedInt(bytes.get());
                        default -> throw new IOException(tensor + " is " + entry);
                    });
        }
        return numbers.build().toArray();
    }

    /** The same as floats. */
    public static float[] floats(Path file, String tensor) throws IOException {
        double[] numbers = of(file, tensor);
        float[] floats = new float[numbers.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) numbers[i];
        }
        return floats;
    }
}
