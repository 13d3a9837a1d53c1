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
 * A queue of server-sent events for one client. If the client reads more slowly than events are written, the queue
 * drops the oldest events that may be left out. Thread-safe. One client reads.
 *
 * <p>Written by hand because Mutiny's overflow strategies drop by age only; here each event says whether it may be
 * dropped or replaced.
 */
public final class EventQueue {
    private static final int MOST_WAITING = 32;
    private static final Duration SILENCE = Duration.ofSeconds(15); // below the usual idle timeouts of proxies
    private static final byte[] STILL_THERE = ": still there\n\n".getBytes(StandardCharsets.US_ASCII);

    private final Deque<Event> waiting = new ArrayDeque<>(); // this and the next field are guarded by this
    private CompletableFuture<@Nullable Void> something = new CompletableFuture<>();

    private record Event(String name, byte[] text, boolean mayBeLeftOut, boolean isLast) {}

    /** Adds an event with JSON data. */
    public void put(String name, Object data) {
        put(new Event(name, text(name, data), false, false));
    }

    /** Adds an event that may be left out. */
    public void offer(String name, Object data) {
        put(new Event(name, text(name, data), true, false));
    }

    /** Adds an event that may be left out. It replaces waiting events of the same name. */
    public synchronized void replace(String name, Object data) {
        waiting.removeIf(event -> event.name.equals(name));
        offer(name, data);
    }

    /** Adds the last event. */
    public void end(String name, Object data) {
        put(new Event(name, text(name, data), false, true));
    }

    /** Ends the stream without another event. */
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

    /** The event in wire format. JSON has no line breaks here, so it is one line of data. */
    static byte[] text(String name, Object data) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.writeBytes(("event: " + name + "\ndata: ").getBytes(StandardCharsets.UTF_8));
        text.writeBytes(JsonBody.write(data));
        text.writeBytes("\n\n".getBytes(StandardCharsets.UTF_8));
        return text.toByteArray();
    }

    private synchronized CompletableFuture<@Nullable Void> something() {
        return something.copy(); // a reader that times out cancels only its copy
    }

    /** The next event; a comment if there is none. */
    private synchronized Event next() {
        Event next = waiting.poll();
        if (waiting.isEmpty()) {
            something = new CompletableFuture<>();
        }
        return next == null ? new Event("", STILL_THERE, true, false) : next;
    }

    /** All events up to the last. Sends comments during long silences, so that the connection is not taken for dead. */
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
