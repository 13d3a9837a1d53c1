package io.stepwise.serving.request;

/**
 * Whether the service would answer requests now.
 *
 * @param started whether the start-up has ended, successfully or not
 * @param ready whether a request would be accepted
 * @param detail a sentence for people: the served model, or the reason why there is none
 */
public record Readiness(boolean started, boolean ready, String detail) {}
