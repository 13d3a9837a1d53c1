package io.stepwise.serving.versions;

/** A version does not fit in memory until others are no longer in use. */
final class NoRoomException extends Exception {
    NoRoomException(String message) {
        super(message);
    }
}
