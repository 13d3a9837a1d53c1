package io.stepwise.upload;

/** A multipart body that breaks the rules of its media type. */
public final class MalformedUploadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MalformedUploadException(String message) {
        super(message);
    }
}
