package io.stepwise.schema;

/**
 * One field of a message that can't be used.
 *
 * @param pointer where it stands: a JSON pointer (RFC 6901), such as {@code /schedule/beta_end}
 * @param detail a sentence with the field's name, the value found and what is allowed
 */
public record FieldError(String pointer, String detail) {
    private static final int SHOWN_CHARACTERS = 60;

    /**
     * The sentence {@code <field> is <value>, must be <allowed>}.
     *
     * @param value what was found, as JSON
     */
    public static FieldError of(String pointer, Object value, String allowed) {
        return new FieldError(pointer, name(pointer) + " is " + shown(String.valueOf(value)) + ", must be " + allowed);
    }

    static FieldError missing(String pointer, String allowed) {
        return new FieldError(pointer, name(pointer) + " is missing, must be " + allowed);
    }

    static FieldError unknown(String pointer, String fields) {
        return new FieldError(
                pointer, shown(name(pointer)) + " is not a field of this request, must be one of " + fields);
    }

    /** The same error of a field that stands at {@code parent}, itself a pointer. */
    FieldError under(String parent) {
        if (parent.isEmpty()) {
            return this;
        }
        String glue = pointer.isEmpty() ? "" : "/";
        return new FieldError(parent + pointer, name(parent) + glue + detail);
    }

    /** JSON pointer to a field of the message itself. */
    public static String pointer(String field) {
        return "/" + field.replace("~", "~0").replace("/", "~1");
    }

    /** The beginning of {@code value}, enough to know it again. */
    public static String shown(String value) {
        return value.length() <= SHOWN_CHARACTERS ? value : value.substring(0, SHOWN_CHARACTERS) + "…";
    }

    /** {@code text} as a JSON string, for a value or an allowed one. */
    public static String quoted(String text) {
        return '"' + text + '"';
    }

    private static String name(String pointer) {
        return pointer.isEmpty() ? "" : pointer.substring(1).replace("~1", "/").replace("~0", "~");
    }
}
