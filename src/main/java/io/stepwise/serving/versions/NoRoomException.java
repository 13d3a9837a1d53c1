package io.stepwise.serving.versions;

/** What is to be loaded doesn't fit in memory before somebody is done with what is there. */
final class NoRoomException extends Exception {
    private static final long serialVersionUID = 1L;

    NoRoomException(String message) {
        super(message);
    }
}
