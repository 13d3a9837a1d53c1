package io.stepwise.training.spec;

/**
 * One field of a specification that can't be used.
 *
 * @param pointer where it stands: a JSON pointer (RFC 6901), such as {@code /schedule/beta_end}
 * @param value what was found there, as JSON text
 * @param allowed what may stand there; reads on after "must be"
 */
public record FieldError(String pointer, String value, String allowed) {
    /** The sentence a client is shown: {@code 0 must be 1 … 4096}. */
    public String detail() {
        return value + " must be " + allowed;
    }

    FieldError under(String parent) {
        return new FieldError(parent + pointer, value, allowed);
    }
}
