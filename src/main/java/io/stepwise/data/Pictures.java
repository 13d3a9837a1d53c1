package io.stepwise.data;

import io.stepwise.data.PictureIndex.Picture;
import io.stepwise.image.UnreadableImageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The pictures of a folder or an archive as images with labels; what the two data sets share. */
final class Pictures {
    /** Gives the bytes of a file; may be called from several threads. */
    interface Source {
        byte[] read(String name);
    }

    private final PictureIndex index;
    private final List<Picture> usable;
    private final List<BrokenPicture> broken;
    private final Source source;
    private final Framing framing;

    Pictures(String dataset, PictureIndex index, Source source, Framing framing, OnBroken onBroken) {
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
            framing.decode(picture.name(), source.read(picture.name()));
            return null;
        } catch (UnreadableImageException e) {
            return String.valueOf(e.getMessage());
        }
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

    LabelledImage get(long at) {
        Picture picture = usable.get((int) Objects.checkIndex(at, size()));
        return new LabelledImage(framing.decode(picture.name(), source.read(picture.name())), picture.label());
    }
}
