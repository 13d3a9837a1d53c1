package io.stepwise.data.faces;

import io.stepwise.data.ImageDataset;
import io.stepwise.data.LabelledImage;
import io.stepwise.image.Pixels;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The built-in data set: an endless sequence of cartoon faces that Java2D paints from their index. An index gives the
 * same face on every machine, and the same bytes on the same JDK. The labels are hair colour and hairstyle, such
 * as "red bob"; any eight consecutive indices have each colour once.
 *
 * <p>Training uses faces from index 0 up. Held-out faces come from a distant range ({@link #HELD_OUT}).
 */
public final class FacesDataset implements ImageDataset {
    /** The number of faces, from index 0, that training uses: many more than a network can memorise. */
    public static final long TRAINING_SIZE = 1 << 16;

    /** The first index of the faces that training never uses. */
    public static final long HELD_OUT = 1L << 40;

    /** The first index of the faces that the loss of a run in progress is measured on; training never uses them either. */
    public static final long VALIDATION = 1L << 41;

    private static final List<String> LABELS = Stream.of(HairColour.values())
            .flatMap(hair -> Stream.of(Face.Hairstyle.values()).map(style -> hair.label() + " " + style.label()))
            .toList();

    private final int width;
    private final int height;
    private final int channels;
    private final long first;
    private final long size;

    /** Creates the RGB faces {@code first} … {@code first + size − 1}. */
    public FacesDataset(int width, int height, long first, long size) {
        this(width, height, 3, first, size);
    }

    /**
     * Creates the faces {@code first} … {@code first + size − 1}.
     *
     * @param width pixels, 8 … 2048
     * @param height pixels, 8 … 2048
     * @param channels 1 (grey) or 3 (RGB)
     * @param first at least 0
     * @param size at least 1
     */
    public FacesDataset(int width, int height, int channels, long first, long size) {
        if (width < 8 || width > 2048 || height < 8 || height > 2048) {
            throw new IllegalArgumentException("size " + width + "x" + height + " must be in [8, 2048] both ways");
        }
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException("channels " + channels + " must be 1 or 3");
        }
        if (first < 0) {
            throw new IllegalArgumentException("first " + first + " must be at least 0");
        }
        if (size < 1 || first + size < 0) {
            throw new IllegalArgumentException("size " + size + " must be in [1, 2^63 - 1 - first]");
        }
        this.width = width;
        this.height = height;
        this.channels = channels;
        this.first = first;
        this.size = size;
    }

    @Override
    public String name() {
        return "faces";
    }

    @Override
    public List<String> labels() {
        return LABELS;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public int label(long index) {
        return Face.label(first + Objects.checkIndex(index, size));
    }

    @Override
    public LabelledImage get(long index) {
        Face face = Face.of(first + Objects.checkIndex(index, size));
        Pixels pixels = FacePainter.paint(face, width, height).withChannels(channels);
        return new LabelledImage(pixels, Face.label(first + index));
    }

    @Override
    public void close() {}
}
