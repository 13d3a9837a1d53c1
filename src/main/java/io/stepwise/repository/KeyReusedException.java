package io.stepwise.repository;

/** An idempotency key came with a different request before. */
public final class KeyReusedException extends RuntimeException {
    /** The message does not repeat the key. */
    public KeyReusedException() {
        super("Idempotency-Key came with another request before, must be a new one or come with the same request");
    }
}
