package io.stepwise.report;

import io.stepwise.data.DatasetSpec;
import io.stepwise.data.ImageDataset;
import io.stepwise.data.faces.HairColours;
import io.stepwise.image.Pixels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;

/**
 * How often images of the built-in faces show the hair colour of their label, as {@link HairColours} reads it.
 *
 * @param all share of all images, 0 … 1
 * @param byColour share of each colour's images, in the order of their first images
 */
record LabelAccuracy(double all, Map<String, Double> byColour) {

    /** Whether hair colours can be read off the images of {@code dataset}: coloured faces, labelled by colour. */
    static boolean canRead(ImageDataset dataset, List<String> labels) {
        return dataset.name().equals(DatasetSpec.FACES)
                && !labels.isEmpty()
                && labels.stream().allMatch(label -> HairColours.named(label) != null)
                && dataset.get(0).pixels().channels() == 3;
    }

    /** @param asked the label of image i */
    static LabelAccuracy of(List<Pixels> faces, IntFunction<String> asked) {
        Map<String, int[]> rightOfShown = new LinkedHashMap<>();
        int allRight = 0;
        for (int i = 0; i < faces.size(); i++) {
            String colour = Objects.requireNonNull(HairColours.named(asked.apply(i)));
            int hit = HairColours.colourOf(faces.get(i)).equals(colour) ? 1 : 0;
            int[] counts = rightOfShown.computeIfAbsent(colour, first -> new int[2]);
            counts[0] += hit;
            counts[1]++;
            allRight += hit;
        }
        Map<String, Double> byColour = new LinkedHashMap<>();
        rightOfShown.forEach((colour, counts) -> byColour.put(colour, (double) counts[0] / counts[1]));
        return new LabelAccuracy((double) allRight / faces.size(), byColour);
    }
}
