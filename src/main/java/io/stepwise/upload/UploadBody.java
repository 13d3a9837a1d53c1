package io.stepwise.upload;

import java.io.IOException;
import java.io.InputStream;

/**
 * The bytes of an upload. Limits their number, and marks failures of the connection as {@link BrokenOffException}, because a
 * failure of the disk is another problem. Closing it does not close the stream that it reads.
 */
public final class UploadBody extends InputStream {
    private final InputStream in;
    private final long maxBytes;
    private long count;

    /**
     * @param in not closed
     * @param maxBytes {@link UploadLimits#maxBytes}
     */
    public UploadBody(InputStream in, long maxBytes) {
        this.in = in;
        this.maxBytes = maxBytes;
    }

    /**
     * @throws UploadTooLargeException when more arrives than is allowed
     * @throws BrokenOffException when reading fails
     */
    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int read;
        try {
            read = in.read(into, offset, length);
        } catch (IOException e) {
            throw new BrokenOffException("the upload ended before its end: " + e.getMessage(), e);
        }
        count += Math.max(0, read);
        if (count > maxBytes) {
            throw new UploadTooLargeException("the upload must have at most " + maxBytes + " bytes");
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
