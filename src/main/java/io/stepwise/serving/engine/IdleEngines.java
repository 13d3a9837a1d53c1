package io.stepwise.serving.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * The engines' threads that wait for work. The engine that worked last is woken first, as its processor's caches may still
 * hold the network.
 *
 * <p>INVARIANT: a thread that calls a method holds the lock.
 */
final class IdleEngines {
    private final Lock lock;
    private final Deque<Condition> asleep = new ArrayDeque<>();
    private int count;

    /** @param lock guards this; a thread that waits gives it up meanwhile */
    IdleEngines(Lock lock) {
        this.lock = lock;
    }

    /** How many engines wait, or have been woken and don't run yet. */
    int count() {
        return count;
    }

    /** Waits until this engine is woken; may also return for no reason. */
    void await() throws InterruptedException {
        Condition woken = lock.newCondition();
        asleep.push(woken);
        count++;
        try {
            woken.await();
        } finally {
            count--;
            asleep.remove(woken);
        }
    }

    /** Wakes the engine that worked last, if any waits. */
    void wake() {
        Condition last = asleep.poll();
        if (last != null) {
            last.signal();
        }
    }

    /** Wakes all engines. */
    void wakeAll() {
        asleep.forEach(Condition::signal);
        asleep.clear();
    }
}
