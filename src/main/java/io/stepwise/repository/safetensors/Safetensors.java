package io.stepwise.repository.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file, open for reading: an 8-byte little-endian header length, a JSON header, then the tensors' bytes
 * (<a href="https://github.com/huggingface/safetensors#format">format</a>). The header is checked wholly on opening, as
 * files come from untrusted sources; the data are read on demand, so files of any size can be opened.
 *
 * <p>Safe for use by several threads. The caller closes it.
 */
public final class Safetensors implements StoredTensors {
    /** The longest header read, as in the reference implementation. */
    public static final long MAX_HEADER_BYTES = 100_000_000;

    private static final int LENGTH_BYTES = 8;
    private static final int CHUNK_BYTES = 1 << 20;

    private final String file;
    private final FileChannel channel;
    private final SafetensorsHeader header;
    private final long dataStart;

    private Safetensors(String file, FileChannel channel, SafetensorsHeader header, long dataStart) {
        this.file = file;
        this.channel = channel;
        this.header = header;
        this.dataStart = dataStart;
    }

    /**
     * Opens {@code path} and checks its header.
     *
     * @throws SafetensorsException when the file breaks the format
     */
    public static Safetensors open(Path path) throws IOException {
        String file = String.valueOf(path.getFileName());
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            long size = channel.size();
            if (size < LENGTH_BYTES) {
                throw new SafetensorsException(file + ": has " + size + " bytes, must have at least " + LENGTH_BYTES);
            }
            long length = read(file, channel, 0, LENGTH_BYTES).getLong();
            if (length < 0 || length > MAX_HEADER_BYTES) {
                throw new SafetensorsException(file + ": header length " + Long.toUnsignedString(length)
                        + " must be at most " + MAX_HEADER_BYTES);
            }
            if (length > size - LENGTH_BYTES) {
                throw new SafetensorsException(file + ": header length " + length + " must be at most "
                        + (size - LENGTH_BYTES) + ", what the file holds behind it");
            }
            byte[] json = read(file, channel, LENGTH_BYTES, (int) length).array();
            long dataStart = LENGTH_BYTES + length;
            return new Safetensors(file, channel, SafetensorsHeader.parse(json, size - dataStart, file), dataStart);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Writes tensors as one file, deterministically: sorted by name, header padded with spaces to 8 bytes, written
     * beside the target, fsynced and renamed onto it.
     *
     * @param dtype F32, F16 or BF16; the tensors' elements are rounded to it, to nearest even
     * @param metadata the {@code __metadata__} strings; PyTorch's readers want {@code {"format": "pt"}}
     */
    public static void write(Path path, List<Tensor> tensors, Map<String, String> metadata, Dtype dtype)
            throws IOException {
        SafetensorsWriter.write(path, tensors, metadata, dtype);
    }

    /** In the header's order. */
    @Override
    public Set<String> names() {
        return header.entries().keySet();
    }

    /** The {@code __metadata__} strings; empty when there are none. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    @Override
    public List<Long> shape(String name) {
        return entry(name).shape();
    }

    @Override
    public Dtype dtype(String name) {
        return entry(name).dtype();
    }

    /** The tensor's elements, in C order: F16 and BF16 widen exactly, F64 is rounded to the nearest float. */
    public float[] floats(String name) throws IOException {
        float[] all = new float[count(name)];
        floats(name, (values, count, first) -> System.arraycopy(values, 0, all, first, count));
        return all;
    }

    /** Gives some {@value #CHUNK_BYTES} bytes at a time. */
    @Override
    public void floats(String name, Piece piece) throws IOException {
        SafetensorsHeader.Entry entry = entry(name);
        ToFloat toFloat = toFloat(name, entry.dtype());
        int bytes = entry.dtype().bytes();
        float[] values = new float[Math.min(count(name), CHUNK_BYTES / bytes)];
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, entry.end() - entry.begin()))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (long at = entry.begin(); at < entry.end(); at += chunk.limit()) {
            chunk.clear().limit((int) Math.min(chunk.capacity(), entry.end() - at));
            fill(file, channel, chunk, dataStart + at);
            int count = chunk.limit() / bytes;
            if (entry.dtype() == Dtype.F32) {
                chunk.asFloatBuffer().get(values, 0, count);
            } else {
                for (int i = 0; i < count; i++) {
                    values[i] = toFloat.at(chunk, i);
                }
            }
            piece.take(values, count, (int) ((at - entry.begin()) / bytes));
        }
    }

    /** The {@code i}-th element of a chunk as float. */
    private interface ToFloat {
        float at(ByteBuffer chunk, int i);
    }

    private ToFloat toFloat(String name, Dtype dtype) throws SafetensorsException {
        return switch (dtype) {
            case F16 -> (chunk, i) -> HalfPrecision.fromFloat16(chunk.getShort(2 * i));
            case BF16 -> (chunk, i) -> HalfPrecision.fromBfloat16(chunk.getShort(2 * i));
            case F32 -> (chunk, i) -> chunk.getFloat(4 * i);
            case F64 -> (chunk, i) -> (float) chunk.getDouble(8 * i);
            default ->
                throw new SafetensorsException(
                        file + ": tensor " + name + ": dtype " + dtype + " can't be read as float");
        };
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private SafetensorsHeader.Entry entry(String name) {
        SafetensorsHeader.Entry entry = header.entries().get(name);
        if (entry == null) {
            throw new IllegalArgumentException(file + ": tensor " + name + " must be one of the file's " + names());
        }
        return entry;
    }

    private int count(String name) throws SafetensorsException {
        long elements = entry(name).elements();
        if (elements > Integer.MAX_VALUE - 8) {
            throw new SafetensorsException(
                    file + ": tensor " + name + " has " + elements + " elements, an array holds at most 2^31 - 9");
        }
        return (int) elements;
    }

    private static ByteBuffer read(String file, FileChannel channel, long position, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        fill(file, channel, buffer, position);
        return buffer;
    }

    /** Fills {@code buffer} up to its limit from {@code position} of the file and rewinds it. */
    private static void fill(String file, FileChannel channel, ByteBuffer buffer, long position) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new SafetensorsException(file + ": ends at byte " + channel.size() + " while being read");
            }
        }
        buffer.flip();
    }
}
