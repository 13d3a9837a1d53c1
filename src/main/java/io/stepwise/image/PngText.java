package io.stepwise.image;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The text chunks of a PNG file. */
public final class PngText {
    private static final int MAX_KEYWORD = 79;
    /** The longest text that is unpacked, in bytes. */
    private static final int MAX_UNPACKED = 1 << 20;

    private PngText() {}

    /**
     * Reads the texts by keyword, in file order. If a keyword is repeated, the last text is kept. Reads {@code tEXt}
     * and {@code iTXt}.
     *
     * @throws UnreadableImageException if the file is not a PNG file, or a chunk is truncated or damaged
     */
    public static Map<String, String> read(byte[] png) {
        if (!Arrays.equals(Arrays.copyOf(png, Png.SIGNATURE.length), Png.SIGNATURE)) {
            throw new UnreadableImageException("not a PNG file");
        }
        Chunks chunks = Chunks.ofPng(png);
        if (chunks.isCutOff()) {
            throw new UnreadableImageException("PNG chunk is cut off");
        }
        Map<String, String> texts = new LinkedHashMap<>();
        for (Chunks.Chunk chunk : chunks.all()) {
            switch (chunk.type()) {
                case "tEXt" -> plain(texts, checked(chunks, chunk));
                case "iTXt" -> international(texts, checked(chunks, chunk));
                default -> {}
            }
        }
        return texts;
    }

    static void write(ByteArrayOutputStream file, String keyword, String text) {
        if (!latin1(keyword)
                || keyword.isEmpty()
                || keyword.length() > MAX_KEYWORD
                || !keyword.equals(keyword.strip())) {
            throw new IllegalArgumentException("keyword \"" + keyword + "\" must be 1 to " + MAX_KEYWORD
                    + " Latin-1 characters without spaces at its ends");
        }
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("text of \"" + keyword + "\" must not contain the character 0");
        }
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        data.writeBytes(keyword.getBytes(StandardCharsets.ISO_8859_1));
        if (latin1(text)) {
            data.write(0);
            data.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
            Png.chunk(file, "tEXt", data.toByteArray());
        } else {
            data.writeBytes(new byte[5]);
            data.writeBytes(text.getBytes(StandardCharsets.UTF_8));
            Png.chunk(file, "iTXt", data.toByteArray());
        }
    }

    /** Whether {@code tEXt} can hold the text: printable Latin-1 and line feeds. */
    private static boolean latin1(String text) {
        return text.chars().allMatch(c -> c == '\n' || (c >= 32 && c <= 126) || (c >= 161 && c <= 255));
    }

    private static byte[] checked(Chunks chunks, Chunks.Chunk chunk) {
        if (!chunks.isSound(chunk)) {
            throw new UnreadableImageException("PNG text chunk is damaged, its checksum does not match");
        }
        return chunks.data(chunk);
    }

    private static void plain(Map<String, String> texts, byte[] data) {
        int end = zero(data, 0);
        texts.put(
                string(data, 0, end, StandardCharsets.ISO_8859_1),
                string(data, end + 1, data.length, StandardCharsets.ISO_8859_1));
    }

    /** Layout: keyword, 0, compression flag, method, language, 0, translated keyword, 0, text in UTF-8. */
    private static void international(Map<String, String> texts, byte[] data) {
        int end = zero(data, 0);
        int language = zero(data, end + 3);
        int start = zero(data, language + 1) + 1;
        byte[] text = Arrays.copyOfRange(data, start, data.length);
        boolean compressed = data[end + 1] != 0;
        texts.put(
                string(data, 0, end, StandardCharsets.ISO_8859_1),
                new String(compressed ? inflated(text) : text, StandardCharsets.UTF_8));
    }

    private static int zero(byte[] data, int from) {
        for (int i = from; i < data.length; i++) {
            if (data[i] == 0) {
                return i;
            }
        }
        throw new UnreadableImageException("PNG text chunk is malformed");
    }

    private static String string(byte[] data, int from, int to, Charset charset) {
        return new String(data, from, to - from, charset);
    }

    private static byte[] inflated(byte[] packed) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(packed);
            byte[] text = new byte[MAX_UNPACKED];
            int length = inflater.inflate(text);
            if (!inflater.finished()) {
                throw new UnreadableImageException(
                        "PNG text is cut off or unpacks to more than " + MAX_UNPACKED + " bytes");
            }
            return Arrays.copyOf(text, length);
        } catch (DataFormatException e) {
            throw new UnreadableImageException("PNG text does not unpack: " + e.getMessage(), e);
        } finally {
            inflater.end();
        }
    }
}
