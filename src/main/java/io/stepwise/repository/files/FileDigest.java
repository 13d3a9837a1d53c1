package io.stepwise.repository.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * @param size bytes, at least 0
 * @param sha256 64 lower-case hexadecimal digits
 */
public record FileDigest(long size, String sha256) {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    public FileDigest {
        if (size < 0) {
            throw new IllegalArgumentException("size " + size + " must be at least 0");
        }
        if (!SHA256.matcher(sha256).matches()) {
            throw new IllegalArgumentException("sha256 " + sha256 + " must be 64 hexadecimal digits");
        }
    }

    /** Reads {@code file}, which must not be a link. */
    public static FileDigest of(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return of(in);
        }
    }

    /** Reads {@code in} to its end. */
    public static FileDigest of(InputStream in) throws IOException {
        MessageDigest digest = newSha256();
        long size = new DigestInputStream(in, digest).transferTo(OutputStream.nullOutputStream());
        return new FileDigest(size, hex(digest.digest()));
    }

    /** {@code hash} as 2 lower-case hexadecimal digits a byte. */
    public static String hex(byte[] hash) {
        return HexFormat.of().formatHex(hash);
    }

    /** SHA-256 of nothing yet. */
    public static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
