package io.stepwise.upload;

import io.stepwise.image.Pixels;
import io.stepwise.image.Png;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/** What tests upload. */
public final class Uploads {
    /** Of the service by default. */
    public static final Pace PACE = Pace.of(1 << 15, Duration.ofMinutes(1));

    private Uploads() {}

    /** A picture of one grey. */
    public static byte[] picture(int width, int height, int value) {
        byte[] data = new byte[width * height * 3];
        Arrays.fill(data, (byte) value);
        return Png.encode(new Pixels(width, height, 3, data));
    }

    /** Eight pixels wide and high. */
    public static byte[] picture(int value) {
        return picture(8, 8, value);
    }

    /** A picture whose header promises more than is there. */
    public static byte[] pictureOfSize(int width, int height) {
        byte[] picture = picture(1);
        ByteBuffer.wrap(picture).putInt(16, width).putInt(20, height);
        CRC32 crc = new CRC32();
        crc.update(picture, 12, 17);
        ByteBuffer.wrap(picture).putInt(29, (int) crc.getValue());
        return picture;
    }

    /** A zip archive: names and contents in turn. */
    public static byte[] zip(Object... namesAndContents) {
        HandmadeZip.Entry[] entries = new HandmadeZip.Entry[namesAndContents.length / 2];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = HandmadeZip.entry((String) namesAndContents[2 * i], bytes(namesAndContents[2 * i + 1]));
        }
        return HandmadeZip.of(entries);
    }

    /** That archive on its way to a folder. */
    public static ZipFiles arriving(byte[] archive, Path folder, UploadLimits limits) {
        return ZipFiles.arriving(
                new UploadBody(new ByteArrayInputStream(archive), limits.maxBytes(), PACE), folder, limits);
    }

    /** Files that come in turn: names and contents. */
    public static IncomingFiles files(Object... namesAndContents) {
        Iterator<Object> all = List.of(namesAndContents).iterator();
        return () -> all.hasNext()
                ? new IncomingFiles.File((String) all.next(), new ByteArrayInputStream(bytes(all.next())))
                : null;
    }

    private static byte[] bytes(Object content) {
        return content instanceof byte[] bytes ? bytes : String.valueOf(content).getBytes(StandardCharsets.UTF_8);
    }

    /** All paths below {@code root}, sorted. */
    public static List<String> tree(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(Files::isRegularFile)
                    .map(path -> root.relativize(path).toString())
                    .sorted()
                    .toList();
        }
    }

    /** Everything in {@code root}, hidden or not. */
    public static List<String> names(Path root) throws IOException {
        try (Stream<Path> paths = Files.list(root)) {
            return paths.map(path -> String.valueOf(path.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    /** A stream that breaks off with the exception of a client that has left. */
    public static InputStream broken(byte[] bytes) {
        return new InputStream() {
            private final InputStream before = new ByteArrayInputStream(bytes);

            @Override
            public int read() throws IOException {
                int read = before.read();
                if (read < 0) {
                    throw new IOException("Connection was closed");
                }
                return read;
            }
        };
    }
}
