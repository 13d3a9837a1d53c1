package io.stepwise.serving.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * Engines that wait for work. The one that worked last is woken first: its processor's caches may still hold the network, and
 * the thread's memory is warm.
 *
 * <p>INVARIANT: every method is called by who holds the lock.
 */
final class IdleEngines {
    private final Lock lock;
    private final Deque<Condition> asleep = new ArrayDeque<>();
    private int count;

    /** @param lock guards this; waiting gives it up */
    IdleEngines(Lock lock) {
        this.lock = lock;
    }

    /** How many wait, or have been woken and not gone on yet. */
    int count() {
        return count;
    }

    /** Waits until woken, or for no reason. */
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

    /** Wakes one, if any sleeps. */
    void wake() {
        Condition last = asleep.poll();
        if (last != null) {
            last.signal();
        }
    }

    /** Wakes all. */
    void wakeAll() {
        asleep.forEach(Condition::signal);
        asleep.clear();
    }
}
