package io.stepwise.upload;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * The bytes of an upload. Limits their number and the time that they may take, and marks failures of the connection as
 * {@link BrokenOffException}, because a failure of the disk is another problem. Closing it does not close the stream that
 * it reads.
 */
public final class UploadBody extends InputStream {
    private final InputStream in;
    private final long maxBytes;
    private final Pace pace;
    private long count;
    private long waitedNanos;

    /**
     * @param in not closed
     * @param maxBytes {@link UploadLimits#maxBytes}
     * @param pace how fast the client must send
     */
    public UploadBody(InputStream in, long maxBytes, Pace pace) {
        this.in = in;
        this.maxBytes = maxBytes;
        this.pace = pace;
    }

    /**
     * @throws UploadTooLargeException when more arrives than is allowed
     * @throws BrokenOffException when reading fails
     * @throws SlowBodyException when the client sends too slowly
     */
    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int read;
        long asked = System.nanoTime();
        try {
            read = in.read(into, offset, length);
        } catch (IOException e) {
            throw new BrokenOffException("the upload ended before its end: " + e.getMessage(), e);
        }
        waitedNanos += System.nanoTime() - asked;
        count += Math.max(0, read);
        if (count > maxBytes) {
            throw new UploadTooLargeException("the upload must have at most " + maxBytes + " bytes");
        }
        if (read >= 0) {
            pace.check(count, Duration.ofNanos(waitedNanos));
        }
        return read;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        int read;
        do {
            read = read(one, 0, 1);
        } while (read == 0);
        return read < 0 ? -1 : one[0] & 0xff;
    }
}
