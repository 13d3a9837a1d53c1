package io.stepwise.app.command;

import static io.stepwise.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import sun.misc.Signal;
import sun.misc.SignalHandler;

class StopOnSignalTest {
    /** SIGTERM: a process that was started in the background may ignore the other two. */
    @Test
    void signal_whileWorking_asksAndTheJvmGoesOn() {
        Signal signal = new Signal("TERM");
        AtomicInteger others = new AtomicInteger();
        SignalHandler usual = Signal.handle(signal, received -> others.incrementAndGet());
        try (StopOnSignal signals = new StopOnSignal()) {
            assertThat(signals.isAsked()).isFalse();

            Signal.raise(signal);

            await("the work is asked to stop", signals::isAsked);
            Thread hook = new Thread(() -> {});
            Runtime.getRuntime().addShutdownHook(hook); // throws when the JVM is ending
            assertThat(Runtime.getRuntime().removeShutdownHook(hook)).isTrue();
            assertThat(others).hasValue(0);
        }
        Signal.raise(signal);
        await("the handler is there again", () -> others.get() == 1);
        Signal.handle(signal, usual);
    }
}
