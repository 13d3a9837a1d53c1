package io.stepwise.serving.versions;

import io.stepwise.model.UNetConfig;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.schema.FieldError;
import io.stepwise.serving.request.GenerationRequest;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The classes of a version, and the labels and guidance that requests may give.
 *
 * @param names in the order of their numbers; empty if there are no classes
 * @param knowsNone whether the network was trained with label dropout, so that "no label" is one more class
 */
public record ModelLabels(List<String> names, boolean knowsNone) {
    public ModelLabels {
        names = List.copyOf(names);
    }

    /**
     * @param named names of the classes; empty means that their numbers are the names
     * @throws InvalidModelException when the network has another number of classes
     */
    public static ModelLabels of(UNetConfig config, List<String> named) throws InvalidModelException {
        Integer rows = config.numClassEmbeds();
        if (rows == null) {
            return new ModelLabels(List.of(), false);
        }
        if (named.isEmpty()) {
            return new ModelLabels(
                    IntStream.range(0, rows).mapToObj(Integer::toString).toList(), false);
        }
        if (named.size() != rows && named.size() != rows - 1) {
            throw new InvalidModelException("labels " + named + " are " + named.size()
                    + ", must be as many as num_class_embeds " + rows + ", or one less");
        }
        return new ModelLabels(named, named.size() == rows - 1);
    }

    /** The class that means "no label" for a network that has it; for other networks any class. */
    static int none(UNetConfig config) {
        Integer rows = config.numClassEmbeds();
        return rows == null ? 0 : rows - 1;
    }

    /**
     * The class of {@code label}, or -1 if there is no such class. Null is "no label", whose number follows the last
     * class.
     */
    int number(@Nullable String label) {
        if (label == null) {
            return names.size();
        }
        int named = names.indexOf(label);
        if (named >= 0 || !label.matches("[0-9]{1,9}")) {
            return named;
        }
        int number = Integer.parseInt(label);
        return number < names.size() ? number : -1;
    }

    /** The name of a class; {@code label} itself if there is no such class. */
    @Nullable
    String name(@Nullable String label) {
        int number = number(label);
        return label == null || number < 0 ? label : names.get(number);
    }

    /** A class number that every network with these classes takes. */
    int any() {
        return knowsNone || names.isEmpty() ? names.size() : 0;
    }

    /** Adds to {@code errors} the label and the guidance of {@code request} that this version cannot honour. */
    void check(GenerationRequest request, List<FieldError> errors) {
        String label = request.label();
        if (label != null && names.isEmpty()) {
            errors.add(new FieldError("/label", "label \"" + label + "\" must be left out: the model has no classes"));
        } else if (label != null && number(label) < 0) {
            errors.add(new FieldError(
                    "/label",
                    "label \"" + label + "\" must be one of " + names + " or a number 0 … " + (names.size() - 1)));
        } else if (label == null && !names.isEmpty() && !knowsNone) {
            errors.add(new FieldError("/label", "label must be given: one of " + names));
        }
        if (request.guidance() != 1 && (label == null || !knowsNone)) {
            errors.add(new FieldError(
                    "/guidance",
                    "guidance " + request.guidance() + " must be 1 "
                            + (knowsNone
                                    ? "without a label"
                                    : "for this model: it was trained without label dropout")));
        }
    }
}
