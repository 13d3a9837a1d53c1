package io.stepwise.api.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The end of a text file that may be large and may be growing. */
public final class TextTail {
    private static final int MOST_BYTES = 4 << 20;

    private TextTail() {}

    /** The last lines of {@code file}: at most {@code most} lines and 4 MiB. Bytes that are not UTF-8 are replaced. */
    public static String of(Path file, int most) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(size, MOST_BYTES));
            channel.position(size - bytes.capacity());
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // the file may have become shorter; return what is there
            }
            String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
            return text.substring(startOfLast(text, most));
        }
    }

    private static int startOfLast(String text, int lines) {
        int start = text.length();
        for (int line = 0; line <= lines; line++) {
            int before = text.lastIndexOf('\n', start - 1);
            if (before < 0) {
                return 0;
            }
            start = before;
        }
        return start + 1;
    }
}
