package io.stepwise.serving.request;

/**
 * One field of a request that can't be used.
 *
 * @param pointer where it stands: a JSON pointer (RFC 6901), such as {@code /steps}
 * @param detail a sentence with the field's name, the value found and the range allowed
 */
public record FieldError(String pointer, String detail) {}
