package io.stepwise.upload;

/** An upload with more bytes or more files than {@link UploadLimits} allow. */
public final class UploadTooLargeException extends RuntimeException {
    public UploadTooLargeException(String message) {
        super(message);
    }
}
