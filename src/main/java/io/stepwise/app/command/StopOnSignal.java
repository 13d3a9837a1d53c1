package io.stepwise.app.command;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Tells work to stop when the process gets a signal to end: Ctrl-C, SIGTERM, or the end of its terminal. The work then ends the
 * process; until this is closed, signals do nothing else. What the process ignores, as with nohup, it goes on to ignore: the JVM sees to it.
 *
 * <p>A shutdown hook of the JVM cannot do this: once hooks run, the JDK refuses new ones, and classes that the work loads last may need
 * one, such as those of fonts.
 */
final class StopOnSignal implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(StopOnSignal.class);
    private static final List<String> NAMES = List.of("HUP", "INT", "TERM");

    private final Map<Signal, SignalHandler> before = new HashMap<>();
    private volatile boolean asked;

    StopOnSignal() {
        for (String name : NAMES) {
            Signal signal = new Signal(name);
            try {
                before.put(signal, Signal.handle(signal, received -> asked = true));
            } catch (IllegalArgumentException e) {
                LOG.debugf(e, "SIG%s is not ours, as with the JVM's option -Xrs", name);
            }
        }
    }

    /** Whether the work should stop. */
    boolean isAsked() {
        return asked;
    }

    @Override
    public void close() {
        before.forEach(Signal::handle);
    }
}
