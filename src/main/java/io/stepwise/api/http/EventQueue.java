package io.stepwise.api.http;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events on their way to one client. Where the client reads more slowly than events are written, those that may
 * be left out are, the eldest first. Thread-safe; one client reads.
 *
 * <p>By hand, as Mutiny's overflow strategies drop by age alone; here an event says whether it may be left out or replaced.
 */
public final class EventQueue {
    private static final int MOST_WAITING = 32;
    private static final Duration SILENCE = Duration.ofSeconds(15); // below what proxies take for a dead connection
    private static final byte[] STILL_THERE = ": still there\n\n".getBytes(StandardCharsets.US_ASCII);

    private final Deque<Event> waiting = new ArrayDeque<>(); // guarded by this, as the next
    private CompletableFuture<@Nullable Void> something = new CompletableFuture<>();

    private record Event(String name, byte[] text, boolean mayBeLeftOut, boolean isLast) {}

    /** An event with JSON in it. */
    public void put(String name, Object data) {
        put(new Event(name, text(name, data), false, false));
    }

    /** One that may be left out. */
    public void offer(String name, Object data) {
        put(new Event(name, text(name, data), true, false));
    }

    /** One that may be left out, instead of one of that name that still waits. */
    public synchronized void replace(String name, Object data) {
        waiting.removeIf(event -> event.name.equals(name));
        offer(name, data);
    }

    /** The last event. */
    public void end(String name, Object data) {
        put(new Event(name, text(name, data), false, true));
    }

    /** Nothing follows. */
    public void end() {
        put(new Event("", new byte[0], false, true));
    }

    private synchronized void put(Event event) {
        waiting.add(event);
        Iterator<Event> eldest = waiting.iterator();
        while (waiting.size() > MOST_WAITING && eldest.hasNext()) {
            if (eldest.next().mayBeLeftOut) {
                eldest.remove();
            }
        }
        something.complete(null);
    }

    /** As it goes over the wire; JSON has no line breaks, so it is one line of data. */
    static byte[] text(String name, Object data) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.writeBytes(("event: " + name + "\ndata: ").getBytes(StandardCharsets.UTF_8));
        text.writeBytes(JsonBody.write(data));
        text.writeBytes("\n\n".getBytes(StandardCharsets.UTF_8));
        return text.toByteArray();
    }

    private synchronized CompletableFuture<@Nullable Void> something() {
        return something.copy(); // whoever waits too long cancels what it has
    }

    /** The next event; a comment where there is none. */
    private synchronized Event next() {
        Event next = waiting.poll();
        if (waiting.isEmpty()) {
            something = new CompletableFuture<>();
        }
        return next == null ? new Event("", STILL_THERE, true, false) : next;
    }

    /** All events up to the last, and comments when there are none for long, so that nobody takes the client for lost. */
    public Multi<byte[]> read() {
        return Multi.createBy()
                .repeating()
                .uni(() -> Uni.createFrom()
                        .completionStage(this::something)
                        .ifNoItem()
                        .after(SILENCE)
                        .recoverWithItem((Void) null)
                        .emitOn(Infrastructure.getDefaultWorkerPool())
                        .map(ready -> next()))
                .whilst(event -> !event.isLast())
                .map(Event::text);
    }
}
