package io.stepwise.data;

import io.stepwise.data.PictureIndex.Picture;
import io.stepwise.image.ImageReading;
import io.stepwise.image.UnreadableImageException;
import java.awt.Dimension;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** The pictures of a folder or an archive as labelled images. */
public record Pictures(PictureIndex index, Source source, Framing framing) {
    /** Reads the bytes of a file. Several threads may use it at once. */
    public interface Source {
        /** Returns the file, or its first {@code most} bytes if it is longer. */
        byte[] read(String name, int most);
    }

    /** The largest file that is read: 256 MiB. */
    public static final int MAX_FILE_BYTES = 256 << 20;

    /** Most headers are shorter than this. */
    private static final int HEADER_BYTES = 1 << 16;

    private byte[] whole(String name) {
        byte[] file = source.read(name, MAX_FILE_BYTES + 1);
        if (file.length > MAX_FILE_BYTES) {
            throw new UnreadableImageException(name + ": file must have at most " + MAX_FILE_BYTES + " bytes");
        }
        return file;
    }

    /** Reads the headers of all pictures. A picture is broken if its header can't be read. */
    public PictureTally measure() {
        List<Picture> all = index.pictures();
        Object[] found = new Object[all.size()];
        IntStream.range(0, found.length)
                .parallel()
                .forEach(i -> found[i] = sizeOrReason(all.get(i).name()));
        PictureTally tally = new PictureTally();
        for (int i = 0; i < found.length; i++) {
            if (found[i] instanceof PictureSize size) {
                tally.sound(size);
            } else {
                tally.broken(all.get(i).name(), String.valueOf(found[i]));
            }
        }
        return tally;
    }

    private Object sizeOrReason(String name) {
        try {
            return size(source.read(name, HEADER_BYTES));
        } catch (UnreadableImageException beginning) {
            try {
                return size(whole(name));
            } catch (UnreadableImageException e) {
                return String.valueOf(e.getMessage());
            }
        }
    }

    private static PictureSize size(byte[] file) {
        Dimension size = ImageReading.size(file);
        return new PictureSize(size.width, size.height);
    }

    List<String> labels() {
        return index.labels();
    }

    long size() {
        return index.pictures().size();
    }

    private Picture at(long index) {
        return this.index.pictures().get((int) Objects.checkIndex(index, size()));
    }

    int label(long at) {
        return at(at).label();
    }

    String name(long at) {
        return at(at).name();
    }

    LabelledImage get(long at) {
        Picture picture = at(at);
        return new LabelledImage(framing.decode(picture.name(), whole(picture.name())), picture.label());
    }
}
