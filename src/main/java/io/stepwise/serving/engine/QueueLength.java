package io.stepwise.serving.engine;

/**
 * What has been accepted and is not done, waiting or on its way.
 *
 * @param requests how many
 * @param images of all of them
 * @param steps rows of the network's batch still to be computed for them
 * @param nanos of one engine that these take
 */
record QueueLength(int requests, int images, long steps, double nanos) {}
