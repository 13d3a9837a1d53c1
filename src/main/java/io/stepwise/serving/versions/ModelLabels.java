package io.stepwise.serving.versions;

import io.stepwise.model.UNetConfig;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.serving.request.FieldError;
import io.stepwise.serving.request.GenerationRequest;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The classes of a version, and what requests may say of them.
 *
 * @param names in the order of their numbers; empty where there are no classes
 * @param knowsNone whether the network was trained with label dropout too, so that "no label" is one more class
 */
public record ModelLabels(List<String> names, boolean knowsNone) {
    public ModelLabels {
        names = List.copyOf(names);
    }

    /**
     * @param named empty means that numbers are the names
     * @throws InvalidModelException when the network has rows for another number of classes
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

    /** The class that means none, for a network that knows one; any other class for others. */
    static int none(UNetConfig config) {
        Integer rows = config.numClassEmbeds();
        return rows == null ? 0 : rows - 1;
    }

    /** The class of {@code label}; null is "no label", whose number is that behind the last. -1 where there is no such. */
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

    /** The name of a class; {@code label} itself where there is no such. */
    @Nullable
    String name(@Nullable String label) {
        int number = number(label);
        return label == null || number < 0 ? label : names.get(number);
    }

    /** A class that every network takes which has these. */
    int any() {
        return knowsNone || names.isEmpty() ? names.size() : 0;
    }

    /** Adds what can't be done of {@code request} to {@code errors}. */
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
