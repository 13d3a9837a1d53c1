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

    public long elements(String name) {
        return entry(name).elements();
    }

    /** The tensor's elements as float, in C order; see {@link #floats(String, float[], int)}. */
    public float[] floats(String name) throws IOException {
        float[] values = new float[count(name)];
        floats(name, values, 0);
        return values;
    }

    /**
     * Reads the tensor's elements into {@code target} from {@code offset} on, in C order. F16 and BF16 widen exactly,
     * F64 and whole numbers are rounded to the nearest float, BOOL becomes 0 and 1.
     */
    public void floats(String name, float[] target, int offset) throws IOException {
        int elements = count(name);
        if (offset < 0 || offset > target.length - elements) {
            throw new IllegalArgumentException("offset " + offset + " must be 0 … " + (target.length - elements)
                    + " for the " + elements + " elements of " + name);
        }
        Dtype dtype = dtype(name);
        if (dtype == Dtype.F32) {
            forEachChunk(name, (chunk, first) -> chunk.asFloatBuffer()
                    .get(target, offset + first, chunk.remaining() / dtype.bytes()));
            return;
        }
        ToFloat toFloat = toFloat(name, dtype);
        forEachChunk(name, (chunk, first) -> {
            int count = chunk.remaining() / dtype.bytes();
            for (int i = 0; i < count; i++) {
                target[offset + first + i] = toFloat.at(chunk, i);
            }
        });
    }

    /** Gives some {@value #CHUNK_BYTES} bytes at a time. */
    @Override
    public void floats(String name, Piece piece) throws IOException {
        Dtype dtype = dtype(name);
        ToFloat toFloat = toFloat(name, dtype);
        float[] values = new float[Math.min(count(name), CHUNK_BYTES / dtype.bytes())];
        forEachChunk(name, (chunk, first) -> {
            int count = chunk.remaining() / dtype.bytes();
            if (dtype == Dtype.F32) {
                chunk.asFloatBuffer().get(values, 0, count);
            } else {
                for (int i = 0; i < count; i++) {
                    values[i] = toFloat.at(chunk, i);
                }
            }
            piece.take(values, count, first);
        });
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
            case F8_E5M2, F8_E4M3 -> throw unreadable(name, "as float");
            case BOOL, U8, I8, I16, U16, I32, U32, I64, U64 -> (chunk, i) -> (float) wholeNumber(dtype, chunk, i);
        };
    }

    private SafetensorsException unreadable(String name, String how) {
        return new SafetensorsException(file + ": tensor " + name + ": dtype " + dtype(name) + " can't be read " + how);
    }

    /** The tensor's elements as double, in C order; exact for every dtype but I64 and U64 beyond 2^53. */
    public double[] doubles(String name) throws IOException {
        double[] values = new double[count(name)];
        Dtype dtype = dtype(name);
        switch (dtype) {
            case F64 ->
                forEachChunk(name, (chunk, first) -> {
                    int count = chunk.remaining() / dtype.bytes();
                    chunk.asDoubleBuffer().get(values, first, count);
                });
            case F32, F16, BF16 -> {
                float[] narrow = floats(name);
                for (int i = 0; i < narrow.length; i++) {
                    values[i] = narrow[i];
                }
            }
            default -> {
                long[] whole = longs(name);
                for (int i = 0; i < whole.length; i++) {
                    values[i] = whole[i];
                }
            }
        }
        return values;
    }

    /** The elements of a tensor of whole numbers or BOOL, in C order; U64 beyond 2^63 wraps. */
    public long[] longs(String name) throws IOException {
        long[] values = new long[count(name)];
        Dtype dtype = dtype(name);
        if (!dtype.isWhole()) {
            throw unreadable(name, "as whole numbers");
        }
        forEachChunk(name, (chunk, first) -> {
            int count = chunk.remaining() / dtype.bytes();
            for (int i = 0; i < count; i++) {
                values[first + i] = wholeNumber(dtype, chunk, i);
            }
        });
        return values;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static long wholeNumber(Dtype dtype, ByteBuffer chunk, int i) {
        return switch (dtype) {
            case BOOL, U8 -> Byte.toUnsignedLong(chunk.get(i));
            case I8 -> chunk.get(i);
            case I16 -> chunk.getShort(2 * i);
            case U16 -> Short.toUnsignedLong(chunk.getShort(2 * i));
            case I32 -> chunk.getInt(4 * i);
            case U32 -> Integer.toUnsignedLong(chunk.getInt(4 * i));
            case I64, U64 -> chunk.getLong(8 * i);
            default -> throw new IllegalArgumentException(dtype + " is not a whole number");
        };
    }

    private SafetensorsHeader.Entry entry(String name) {
        SafetensorsHeader.Entry entry = header.entries().get(name);
        if (entry == null) {
            throw new IllegalArgumentException(file + ": tensor " + name + " must be one of the file's " + names());
        }
        return entry;
    }

    private int count(String name) throws SafetensorsException {
        long elements = elements(name);
        if (elements > Integer.MAX_VALUE - 8) {
            throw new SafetensorsException(
                    file + ": tensor " + name + " has " + elements + " elements, an array holds at most 2^31 - 9");
        }
        return (int) elements;
    }

    /** Takes the elements of {@code chunk}, little-endian from its position 0; {@code first} is the first's index. */
    private interface ChunkReader {
        void read(ByteBuffer chunk, int first) throws IOException;
    }

    private void forEachChunk(String name, ChunkReader reader) throws IOException {
        SafetensorsHeader.Entry entry = entry(name);
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, entry.end() - entry.begin()))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (long at = entry.begin(); at < entry.end(); at += buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), entry.end() - at));
            fill(file, channel, buffer, dataStart + at);
            reader.read(buffer, (int) ((at - entry.begin()) / entry.dtype().bytes()));
        }
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
