package io.stepwise.data.store;

import io.stepwise.data.DatasetSpec;
import io.stepwise.data.Dice;
import io.stepwise.data.ImageDataset;
import io.stepwise.data.SubsetDataset;
import io.stepwise.data.faces.FacesDataset;
import io.stepwise.image.Pixels;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A data set in two parts: the images to train on, and others that training never sees.
 *
 * <p>INVARIANT: which part an image belongs to depends only on its {@linkplain ImageDataset#key key} and the share, so
 * it stays there when other images are added or removed, whatever the run and its seed.
 *
 * @param training the images to train on; closing it leaves the whole data set open
 * @param validation the others; null if there are none
 * @param chosen number of images that the share selects, even if they are too few to be held out
 */
public record HeldOut(ImageDataset training, @Nullable ImageDataset validation, long chosen) {
    /** The fewest images that are held out: the loss on fewer says little, and a small data set needs them all. */
    public static final int LEAST = 8;

    private static final int FACES = 256;
    private static final long SPLIT = 0x73706c6974L; // keys the split apart from other uses of the hash

    /**
     * Divides a data set. If fewer than {@link #LEAST} images would be held out, none is. The built-in faces all stay in
     * training, since others can be painted.
     *
     * @param all remains the caller's
     * @param share of the images to hold out, 0 … 0.5; 0 for none
     */
    public static HeldOut of(ImageDataset all, double share) {
        if (share > 0 && all.name().equals(DatasetSpec.FACES)) {
            Pixels shape = all.get(0).pixels();
            return new HeldOut(
                    all,
                    new FacesDataset(shape.width(), shape.height(), shape.channels(), FacesDataset.VALIDATION, FACES),
                    FACES);
        }
        boolean[] held = new boolean[share > 0 ? Math.toIntExact(all.size()) : 0];
        long chosen = 0;
        for (int i = 0; i < held.length; i++) {
            held[i] = new Dice(Dice.combine(SPLIT, all.key(i).hashCode())).unit() < share;
            chosen += held[i] ? 1 : 0;
        }
        return chosen < LEAST
                ? new HeldOut(all, null, chosen)
                : new HeldOut(part(all, held, false), part(all, held, true), chosen);
    }

    private static ImageDataset part(ImageDataset all, boolean[] held, boolean which) {
        return new SubsetDataset(
                all,
                LongStream.range(0, held.length)
                        .filter(i -> held[(int) i] == which)
                        .toArray());
    }
}
