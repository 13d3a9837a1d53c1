package io.stepwise.schema;

import java.util.regex.Pattern;

/** The names of models and data sets, which are names of folders, too: one rule, the one of the contract's {@code Name}. */
public final class Names {
    /** The rule in words; reads on after "must be". */
    public static final String ALLOWED =
            "1 … 64 lower-case letters, digits, '.', '_', '-', a letter or digit first, without '..'";

    /** The rule, to be matched from end to end. */
    public static final String PATTERN = "(?!.*\\.\\.)[a-z0-9][a-z0-9._-]{0,63}";

    private static final Pattern NAME = Pattern.compile(PATTERN);

    private Names() {}

    /** Whether a model or a data set may have this name. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }
}
