package io.stepwise.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The chunks of a PNG file (W3C Portable Network Graphics, section 5.3) or a WebP file (RFC 9649, section 2.3).
 *
 * @param file the whole file; not copied
 * @param all the chunks in file order, up to the first truncated one
 * @param isCutOff whether a chunk is truncated
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Chunks(byte[] file, List<Chunk> all, boolean isCutOff) {
    private static final int WEBP_HEADER = 12;

    /**
     * @param type four characters
     * @param start offset of its data in the file
     * @param length length of its data in bytes
     */
    record Chunk(String type, int start, int length) {
        int end() {
            return start + length;
        }
    }

    static Chunks ofPng(byte[] file) {
        List<Chunk> chunks = new ArrayList<>();
        int at = Png.SIGNATURE.length;
        ByteBuffer bytes = ByteBuffer.wrap(file);
        while (at + 12 <= file.length) {
            int length = bytes.getInt(at);
            if (length < 0 || length > file.length - at - 12) {
                return new Chunks(file, chunks, true);
            }
            Chunk chunk = new Chunk(type(file, at + 4), at + 8, length);
            chunks.add(chunk);
            if (chunk.type().equals("IEND")) {
                return new Chunks(file, chunks, false); // what follows is not the picture's
            }
            at += 12 + length;
        }
        return new Chunks(file, chunks, false);
    }

    static Chunks ofWebp(byte[] file) {
        return riff(file, WEBP_HEADER, file.length);
    }

    /** The chunks inside the part of a WebP file from {@code from} to {@code to}. */
    static Chunks riff(byte[] file, int from, int to) {
        List<Chunk> chunks = new ArrayList<>();
        int at = from;
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        while (at + 8 <= to) {
            int length = bytes.getInt(at + 4);
            if (length < 0 || length > to - at - 8) {
                return new Chunks(file, chunks, true);
            }
            chunks.add(new Chunk(type(file, at), at + 8, length));
            at += 8 + length + (length & 1);
        }
        return new Chunks(file, chunks, false);
    }

    private static String type(byte[] file, int at) {
        return new String(file, at, 4, StandardCharsets.ISO_8859_1);
    }

    /** Whether the checksum that follows a chunk of a PNG is that of its type and data. */
    boolean isSound(Chunk chunk) {
        CRC32 crc = new CRC32();
        crc.update(file, chunk.start() - 4, chunk.length() + 4);
        return (int) crc.getValue() == ByteBuffer.wrap(file).getInt(chunk.end());
    }

    byte[] data(Chunk chunk) {
        return Arrays.copyOfRange(file, chunk.start(), chunk.end());
    }

    Optional<Chunk> first(String type) {
        return all.stream().filter(chunk -> chunk.type().equals(type)).findFirst();
    }
}
