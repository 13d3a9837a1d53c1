package io.stepwise.serving.request;

/** A generation that was refused or failed for a reason the client should know; the message is meant for it. */
public abstract sealed class GenerationException extends RuntimeException
        permits DeadlineExceededException,
                InvalidGenerationException,
                UnknownModelException,
                NotReadyException,
                QueueFullException,
                VersionNotFoundException,
                VersionRefusedException {
    GenerationException(String message) {
        super(message);
    }
}
