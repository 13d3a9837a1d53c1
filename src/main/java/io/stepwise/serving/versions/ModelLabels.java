package io.stepwise.serving.versions;

import io.stepwise.diffusion.CounterNoise;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.schema.FieldError;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.LabelNames;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The classes of a version, and the labels and guidance that requests may give.
 *
 * @param classes their names
 * @param knowsNone whether the network was trained with label dropout, so that "no label" is one more class
 */
public record ModelLabels(LabelNames classes, boolean knowsNone) {

    /**
     * @param rows the number of the network's classes; null if it has none
     * @param named names of the classes; empty means that their numbers are the names
     * @throws InvalidModelException when the network has another number of classes
     */
    public static ModelLabels of(@Nullable Integer rows, List<String> named) throws InvalidModelException {
        if (rows == null) {
            return new ModelLabels(new LabelNames(List.of()), false);
        }
        if (named.isEmpty()) {
            List<String> numbers =
                    IntStream.range(0, rows).mapToObj(Integer::toString).toList();
            return new ModelLabels(new LabelNames(numbers), false);
        }
        if (named.size() != rows && named.size() != rows - 1) {
            throw new InvalidModelException("labels " + named + " are " + named.size()
                    + ", must be as many as num_class_embeds " + rows + ", or one less");
        }
        return new ModelLabels(new LabelNames(named), named.size() == rows - 1);
    }

    /** The names of the classes in the order of their numbers; empty if there are none. */
    public List<String> names() {
        return classes.names();
    }

    /** The class that means "no label" for a network that has it; for other networks any class. */
    static int none(@Nullable Integer rows) {
        return rows == null ? 0 : rows - 1;
    }

    /**
     * The class of image {@code index} of a request that {@link #check} has accepted. A label that means several classes,
     * or none at all, leaves the choice to the seed. A request from a picture without a label has no class: the picture
     * says what it shows. All images of an interpolation have one class.
     */
    public int number(GenerationRequest request, int index) {
        String label = request.label();
        if (names().isEmpty() || (label == null && request.source() != null)) {
            return names().size();
        }
        int image = request.interpolateTo() == null ? index : 0;
        if (label == null) {
            return CounterNoise.choice(request.seed(), image, names().size());
        }
        int[] meant = classes.meant(label);
        return meant[meant.length == 1 ? 0 : CounterNoise.choice(request.seed(), image, meant.length)];
    }

    /** The name of a class; null for "no label". */
    @Nullable
    String name(int number) {
        return number < names().size() ? names().get(number) : null;
    }

    /** A class number that every network with these classes takes. */
    int any() {
        return knowsNone || names().isEmpty() ? names().size() : 0;
    }

    /** Adds to {@code errors} the label and the guidance of {@code request} that this version cannot honour. */
    void check(GenerationRequest request, List<FieldError> errors) {
        String label = request.label();
        boolean hasClass = !names().isEmpty() && (label != null || request.source() == null);
        if (label != null && names().isEmpty()) {
            errors.add(new FieldError(
                    "/label", "label \"" + FieldError.shown(label) + "\" must be left out: the model has no classes"));
        } else if (label != null && classes.meant(label).length == 0) {
            errors.add(
                    new FieldError("/label", "label \"" + FieldError.shown(label) + "\" must be " + classes.allowed()));
        } else if (!names().isEmpty() && !hasClass && !knowsNone) {
            errors.add(new FieldError("/label", "label must be given with an image: " + classes.allowed()));
        }
        if (request.guidance() != 1 && request.guide() == null && !(hasClass && knowsNone)) {
            errors.add(new FieldError(
                    "/guidance",
                    "guidance " + request.guidance() + " must be 1 "
                            + (knowsNone
                                    ? "without a label"
                                    : "for this model: it was trained without label dropout")));
        }
    }
}
