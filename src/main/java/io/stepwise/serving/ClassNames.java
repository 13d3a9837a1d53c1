package io.stepwise.serving;

import io.stepwise.model.UNet;
import java.util.List;
import java.util.stream.IntStream;

/** What the classes of a network are called. */
final class ClassNames {
    private ClassNames() {}

    /** Names of the classes of {@code net}: those given, or else their numbers; empty when it knows no classes. */
    static List<String> of(UNet net, List<String> named) {
        Integer rows = net.config().numClassEmbeds();
        if (rows == null || !named.isEmpty()) {
            return rows == null ? List.of() : named;
        }
        return IntStream.range(0, rows).mapToObj(Integer::toString).toList();
    }

    /** Whether {@code net} was trained to do without a class, too. */
    static boolean canBeLeftOut(UNet net, List<String> names) {
        Integer rows = net.config().numClassEmbeds();
        return rows != null && rows == names.size() + 1;
    }
}
