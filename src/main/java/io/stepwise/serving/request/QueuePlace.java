package io.stepwise.serving.request;

import java.time.Duration;

/**
 * The place of a request among those that are accepted and not over, as it is now. Later requests may go before it.
 *
 * @param ahead requests that go before it, at least 0
 * @param left estimated time until its images are made if no other request comes, at least 0
 */
public record QueuePlace(int ahead, Duration left) {
    /** The place of a request that is over. */
    public static final QueuePlace OVER = new QueuePlace(0, Duration.ZERO);
}
