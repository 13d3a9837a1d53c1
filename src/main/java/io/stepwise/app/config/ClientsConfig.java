package io.stepwise.app.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithDefault;
import io.stepwise.memory.MemoryBudget;
import io.stepwise.upload.Pace;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.Range;

/** Limits for clients. */
public interface ClientsConfig {
    /**
     * The time after which the service closes a connection whose client reads nothing of an answer or sends no further
     * request, 100 ms … 1 hour. The time that a client waits for an answer does not count.
     */
    @WithDefault("PT1M")
    @DurationRange(min = "PT0.1S", max = "PT1H")
    Duration patience();

    /**
     * Bytes per second with which a body must arrive, 1 … 1073741824; 32768 by default. The first ten seconds of a body
     * don't count, nor the time that the service itself takes.
     */
    @WithDefault("32768")
    @Range(min = 1, max = 1 << 30)
    int leastRate();

    /**
     * Memory for the bodies, decoded pictures and uploads of all requests together, such as 512M; at least 1 byte. By
     * default a third of the heap. Requests beyond it are asked to retry later.
     */
    Optional<MemorySize> memory();

    /** How fast clients must send bodies. */
    default Pace pace() {
        return Pace.of(leastRate(), patience());
    }

    /** The memory that the bodies, pictures and uploads of all requests share. */
    default MemoryBudget budget() {
        return new MemoryBudget(memory().map(MemorySize::asLongValue).orElseGet(MemoryBudget::sizeHere));
    }
}
