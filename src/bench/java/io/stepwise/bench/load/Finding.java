package io.stepwise.bench.load;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a scenario found: a record whose components are the figures behind its headlines. */
interface Finding {
    /** The field of the report that holds the figures. */
    String name();

    /** The figures that stand for the rest, by the names of their own fields; null where it can't be known. */
    Map<String, @Nullable Double> headlines();

    /** The same for people: lines, the last with its line feed. */
    String text();
}
