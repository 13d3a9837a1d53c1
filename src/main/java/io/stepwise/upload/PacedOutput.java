package io.stepwise.upload;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/** An answer that is sent from a worker thread, which a client that reads too slowly must not hold for long. */
public final class PacedOutput extends FilterOutputStream {
    private final Pace pace;
    private long count;
    private long waitedNanos;

    /**
     * @param out waits until the client has read enough
     * @param pace how fast the client must read
     */
    public PacedOutput(OutputStream out, Pace pace) {
        super(out);
        this.pace = pace;
    }

    /** @throws SlowBodyException when the client reads too slowly */
    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        long asked = System.nanoTime();
        out.write(from, offset, length);
        waitedNanos += System.nanoTime() - asked;
        count += length;
        pace.check(count, Duration.ofNanos(waitedNanos));
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }
}
