package io.stepwise.upload;

import java.time.Duration;

/** A client sends its body more slowly than {@link Pace} allows. */
public final class SlowBodyException extends RuntimeException {
    SlowBodyException(long bytes, Duration waited, Pace pace) {
        super("the body has brought " + bytes + " bytes in " + waited.toSeconds() + " s, must bring " + pace.leastRate()
                + " a second after the first " + pace.grace().toSeconds() + " s");
    }
}
