package io.stepwise.upload;

import org.jspecify.annotations.Nullable;

/**
 * What an upload may bring at most. The limits hold while the bytes arrive, whatever headers promise.
 *
 * @param maxBytes of one upload: of what is sent, and of what it unpacks to; 1 … 2^40
 * @param maxFiles in one upload, folders not counted; at least 1
 * @param maxRatio unpacked bytes per packed byte, 1 … a million; pictures and weights hardly shrink
 * @param concurrency uploads at once, at least 1
 */
public record UploadLimits(long maxBytes, int maxFiles, int maxRatio, int concurrency) {
    public UploadLimits {
        check("maxBytes", maxBytes, 1L << 40);
        check("maxFiles", maxFiles, Integer.MAX_VALUE);
        check("maxRatio", maxRatio, 1_000_000);
        check("concurrency", concurrency, Integer.MAX_VALUE);
    }

    private static void check(String name, long value, long most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " " + value + " must be in [1, " + most + "]");
        }
    }

    /** The same with another {@link #maxFiles}. */
    public UploadLimits withMaxFiles(int files) {
        return new UploadLimits(maxBytes, files, maxRatio, concurrency);
    }

    /**
     * Refuses an upload before a byte of it is read.
     *
     * @param contentLength what it will have, as its sender says; null for nothing said
     * @throws UploadTooLargeException when that is more than {@link #maxBytes}
     */
    public void requireModest(@Nullable String contentLength) {
        boolean number = contentLength != null && contentLength.matches("[0-9]{1,18}");
        if (number && Long.parseLong(contentLength) > maxBytes) {
            throw new UploadTooLargeException(
                    "the upload has " + contentLength + " bytes, must have at most " + maxBytes);
        }
    }
}
