package io.stepwise.report;

import io.stepwise.data.DatasetSpec;
import io.stepwise.data.ImageDataset;
import io.stepwise.data.faces.FacesDataset;
import io.stepwise.data.faces.HairColours;
import io.stepwise.image.Pixels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/**
 * How often images of the built-in faces show the hair colour of their label, as {@link HairColours} reads it.
 *
 * @param all share of all images, 0 … 1
 * @param byLabel share of each label's images, in the order of the labels
 */
record LabelAccuracy(double all, Map<String, Double> byLabel) {

    /** Whether hair colours can be read off the images of {@code dataset}: coloured faces with their labels. */
    static boolean canRead(ImageDataset dataset, List<String> labels) {
        return dataset.name().equals(DatasetSpec.FACES)
                && dataset.labels().equals(labels)
                && dataset.get(0).pixels().channels() == 3;
    }

    /** @param asked the label that image i should show, an index into the faces' labels */
    static LabelAccuracy of(List<Pixels> faces, IntUnaryOperator asked) {
        List<String> labels = labels();
        int[] shown = new int[labels.size()];
        int[] right = new int[labels.size()];
        int allRight = 0;
        for (int i = 0; i < faces.size(); i++) {
            int label = asked.applyAsInt(i);
            int hit = HairColours.labelOf(faces.get(i)) == label ? 1 : 0;
            shown[label]++;
            right[label] += hit;
            allRight += hit;
        }
        Map<String, Double> byLabel = new LinkedHashMap<>();
        for (int label = 0; label < shown.length; label++) {
            if (shown[label] > 0) {
                byLabel.put(labels.get(label), (double) right[label] / shown[label]);
            }
        }
        return new LabelAccuracy((double) allRight / faces.size(), byLabel);
    }

    private static List<String> labels() {
        try (FacesDataset faces = new FacesDataset(8, 8, 0, 1)) {
            return faces.labels();
        }
    }
}
