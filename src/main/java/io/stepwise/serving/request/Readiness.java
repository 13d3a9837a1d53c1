package io.stepwise.serving.request;

/**
 * Whether requests would be answered now.
 *
 * @param started whether starting up is over, well or badly
 * @param ready whether a request would be accepted
 * @param detail a sentence for people: what is served, or what is missing
 */
public record Readiness(boolean started, boolean ready, String detail) {}
