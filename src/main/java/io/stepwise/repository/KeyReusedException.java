package io.stepwise.repository;

/** A request came with the key of another one. */
public final class KeyReusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Doesn't repeat the key. */
    public KeyReusedException() {
        super("Idempotency-Key came with another request before, must be a new one or come with the same request");
    }
}
