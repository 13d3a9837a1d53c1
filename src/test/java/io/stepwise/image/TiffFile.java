package io.stepwise.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeMap;

/** Writes small TIFF files, right and wrong ones: by default one grey pixel of 8 bits, uncompressed (TIFF 6.0). */
final class TiffFile {
    static final int WIDTH = 256;
    static final int HEIGHT = 257;
    static final int PHOTOMETRIC = 262;
    static final int ORIENTATION = 274;
    static final int SAMPLES = 277;

    private static final int SHORT = 3;
    private static final int LONG = 4;
    private static final Set<Integer> SHORTS = Set.of(258, 259, PHOTOMETRIC, ORIENTATION, SAMPLES, 339);

    private record Field(int count, int value) {}

    private final TreeMap<Integer, Field> fields = new TreeMap<>();
    private byte[] data = {0};
    private int next;
    private boolean isAllLong;

    TiffFile() {
        with(WIDTH, 1)
                .with(HEIGHT, 1)
                .with(258, 8)
                .with(259, 1)
                .with(PHOTOMETRIC, 1)
                .with(273, 0);
        with(SAMPLES, 1).with(278, 1 << 20).with(279, 0);
    }

    TiffFile with(int tag, int value) {
        return with(tag, value, 1);
    }

    /** @param count how many values the field says it has; -1 is one */
    TiffFile with(int tag, int value, int count) {
        fields.put(tag, new Field(count < 0 ? 1 : count, value));
        return this;
    }

    /** Makes all fields LONG, also those that have to be SHORT. */
    TiffFile allLong() {
        isAllLong = true;
        return this;
    }

    /** @param offset of the next directory */
    TiffFile next(int offset) {
        next = offset;
        return this;
    }

    TiffFile data(int... samples) {
        data = new byte[samples.length];
        for (int i = 0; i < samples.length; i++) {
            data[i] = (byte) samples[i];
        }
        return this;
    }

    byte[] bytes() {
        int start = 8 + 2 + 12 * fields.size() + 4;
        fields.computeIfPresent(273, (tag, field) -> field.count == 1 ? new Field(1, start) : field);
        fields.computeIfPresent(279, (tag, field) -> field.value == 0 ? new Field(1, data.length) : field);
        ByteBuffer file = ByteBuffer.allocate(start + data.length);
        file.put("MM\0*".getBytes(StandardCharsets.ISO_8859_1)).putInt(8).putShort((short) fields.size());
        fields.forEach((tag, field) -> {
            boolean isShort = SHORTS.contains(tag) && !isAllLong;
            file.putShort(tag.shortValue())
                    .putShort((short) (isShort ? SHORT : LONG))
                    .putInt(field.count);
            file.putInt(isShort ? field.value << 16 : field.value);
        });
        return file.putInt(next).put(data).array();
    }
}
