package io.stepwise.app.server;

import io.quarkus.arc.Arc;
import io.quarkus.arc.ArcContainer;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import sun.misc.Signal;

/**
 * Handles SIGTERM and Ctrl-C. The first signal runs the {@link Drain} while the service still listens, and then ends
 * the process with exit code 0. A second signal ends the process at once. The shutdown hooks of the JVM cannot do this,
 * because they stop listening first.
 */
public final class StopSignals {
    private static final Logger LOG = Logger.getLogger(StopSignals.class);
    private static final List<String> NAMES = List.of("TERM", "INT");

    private final AtomicBoolean stopping = new AtomicBoolean();

    public void install() {
        for (String name : NAMES) {
            try {
                Signal.handle(new Signal(name), this::stop);
            } catch (IllegalArgumentException e) {
                LOG.debugf(e, "SIG%s is not ours, as with the JVM's option -Xrs", name);
            }
        }
    }

    private void stop(Signal signal) {
        if (LaunchMode.current() == LaunchMode.DEVELOPMENT) { // quarkus:dev would wait for the next change
            System.exit(128 + signal.getNumber());
        }
        if (stopping.getAndSet(true)) {
            Runtime.getRuntime().halt(128 + signal.getNumber());
        }
        Thread thread = new Thread(StopSignals::drain, "drain");
        thread.setContextClassLoader(StopSignals.class.getClassLoader()); // a signal thread's loader knows only the JDK
        thread.start();
    }

    private static void drain() {
        try {
            ArcContainer beans = Arc.container();
            if (beans != null) { // null before the service has started
                beans.instance(Drain.class).get().run();
            }
        } catch (InterruptedException | RuntimeException e) {
            LOG.error("the drain failed; the service ends now", e);
        } finally {
            Quarkus.asyncExit(0);
        }
    }
}
