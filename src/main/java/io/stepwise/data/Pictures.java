package io.stepwise.data;

import io.stepwise.data.PictureIndex.Picture;
import io.stepwise.image.ImageReading;
import io.stepwise.image.UnreadableImageException;
import java.awt.Dimension;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The pictures of a folder or an archive as labelled images. */
public final class Pictures {
    /** Reads the bytes of a file. Several threads may use it at once. */
    public interface Source {
        /** Returns the file, or its first {@code most} bytes if it is longer. */
        byte[] read(String name, int most);
    }

    /** The largest file that is read: 256 MiB. */
    public static final int MAX_FILE_BYTES = 256 << 20;

    /** Most headers are shorter than this. */
    private static final int HEADER_BYTES = 1 << 16;

    private final PictureIndex index;
    private final List<Picture> usable;
    private final List<BrokenPicture> broken;
    private final Source source;
    private final Framing framing;

    public Pictures(String dataset, PictureIndex index, Source source, Framing framing, OnBroken onBroken) {
        this.index = index;
        this.source = source;
        this.framing = framing;
        List<Picture> sound = new ArrayList<>();
        List<BrokenPicture> failed = new ArrayList<>();
        if (onBroken == OnBroken.SKIP) {
            sort(sound, failed);
        } else {
            sound.addAll(index.pictures());
        }
        usable = List.copyOf(sound);
        broken = List.copyOf(failed);
        if (usable.isEmpty()) {
            throw new InvalidDatasetException(
                    dataset + " has no readable picture, first of " + broken.size() + ": " + broken.get(0));
        }
    }

    private void sort(List<Picture> sound, List<BrokenPicture> failed) {
        List<Picture> all = index.pictures();
        String[] reasons = new String[all.size()];
        IntStream.range(0, reasons.length).parallel().forEach(i -> reasons[i] = defect(all.get(i)));
        for (int i = 0; i < reasons.length; i++) {
            if (reasons[i] == null) {
                sound.add(all.get(i));
            } else {
                failed.add(new BrokenPicture(all.get(i).name(), reasons[i]));
            }
        }
    }

    private @Nullable String defect(Picture picture) {
        try {
            framing.decode(picture.name(), whole(picture.name()));
            return null;
        } catch (UnreadableImageException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private byte[] whole(String name) {
        byte[] file = source.read(name, MAX_FILE_BYTES + 1);
        if (file.length > MAX_FILE_BYTES) {
            throw new UnreadableImageException(name + ": file must have at most " + MAX_FILE_BYTES + " bytes");
        }
        return file;
    }

    /** Reads the headers of all pictures. A picture is broken if its header can't be read. */
    public PictureTally measure() {
        Object[] found = new Object[usable.size()];
        IntStream.range(0, found.length)
                .parallel()
                .forEach(i -> found[i] = sizeOrReason(usable.get(i).name()));
        PictureTally tally = new PictureTally();
        for (int i = 0; i < found.length; i++) {
            if (found[i] instanceof PictureSize size) {
                tally.sound(size);
            } else {
                tally.broken(usable.get(i).name(), String.valueOf(found[i]));
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

    List<BrokenPicture> broken() {
        return broken;
    }

    long size() {
        return usable.size();
    }

    int label(long at) {
        return usable.get((int) Objects.checkIndex(at, size())).label();
    }

    String name(long at) {
        return usable.get((int) Objects.checkIndex(at, size())).name();
    }

    LabelledImage get(long at) {
        Picture picture = usable.get((int) Objects.checkIndex(at, size()));
        return new LabelledImage(framing.decode(picture.name(), whole(picture.name())), picture.label());
    }
}
