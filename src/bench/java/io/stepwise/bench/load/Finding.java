package io.stepwise.bench.load;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The result of a scenario: a record whose components are the detailed figures. */
interface Finding {
    /** The name of the report's field for these figures. */
    String name();

    /** The most important figures, by the names of their fields; null if a figure is unknown. */
    Map<String, @Nullable Double> headlines();

    /** The result as text: lines that each end with a line feed. */
    String text();
}
