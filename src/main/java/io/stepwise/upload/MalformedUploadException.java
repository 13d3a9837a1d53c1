package io.stepwise.upload;

/** A multipart body that breaks the rules of its media type. */
public final class MalformedUploadException extends RuntimeException {
    public MalformedUploadException(String message) {
        super(message);
    }
}
