package io.stepwise.upload;

import io.stepwise.repository.files.FileDigest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Hashes files while they are read: their names and contents in their order, but not the body that they arrive in. So the same
 * files are the same upload, although a form has another boundary each time. For one thread.
 */
public final class HashedFiles implements IncomingFiles {
    private final IncomingFiles files;
    private final MessageDigest all = FileDigest.newSha256();
    private final MessageDigest one = FileDigest.newSha256();
    private final byte[] piece = new byte[1 << 14];
    private @Nullable InputStream current;
    private long bytes;
    private boolean ended;

    /** @param how what is to be done with the files, in a word; it is hashed, too */
    public HashedFiles(IncomingFiles files, String how) {
        this.files = files;
        add(how.getBytes(StandardCharsets.UTF_8));
    }

    private void add(byte[] part) {
        all.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
        all.update(part);
    }

    @Override
    public @Nullable File next() throws IOException {
        finish(Long.MAX_VALUE);
        File file = ended ? null : files.next();
        if (file == null) {
            ended = true;
            return null;
        }
        add(file.name().getBytes(StandardCharsets.UTF_8));
        InputStream content = new Content(file.content());
        current = content;
        return new File(file.name(), content);
    }

    /** Reads on to the end of the file at hand. */
    private void finish(long most) throws IOException {
        InputStream content = current;
        if (content != null) {
            while (content.read(piece) >= 0) {
                if (bytes > most) {
                    throw new UploadTooLargeException("the upload must unpack to at most " + most + " bytes");
                }
            }
            add(one.digest());
            current = null;
        }
    }

    /**
     * The hash of all files, once what has not come by yet has: 64 hexadecimal digits.
     *
     * @param most bytes of all files together
     * @throws UploadTooLargeException when there is more
     */
    public String hash(long most) throws IOException {
        while (!ended) {
            finish(most);
            next();
        }
        return FileDigest.hex(clone(all).digest());
    }

    private static MessageDigest clone(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException("SHA-256 of Java can be cloned", impossible);
        }
    }

    private final class Content extends FilterInputStream {
        Content(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            if (read >= 0) {
                one.update((byte) read);
                bytes++;
            }
            return read;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = super.read(into, offset, length);
            if (read > 0) {
                one.update(into, offset, read);
                bytes += read;
            }
            return read;
        }

        @Override
        public long skip(long most) throws IOException {
            return Math.max(0, read(new byte[(int) Math.max(0, Math.min(most, piece.length))]));
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        /** Does nothing: the rest of the content is read and hashed later, and the files close their contents. */
        @Override
        public void close() {}
    }
}
