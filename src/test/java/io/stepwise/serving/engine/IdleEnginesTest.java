package io.stepwise.serving.engine;

import static io.stepwise.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class IdleEnginesTest {
    private final ReentrantLock lock = new ReentrantLock();
    private final IdleEngines idle = new IdleEngines(lock);
    private final BlockingQueue<String> awake = new LinkedBlockingQueue<>();

    private void sleeper(String name) throws InterruptedException {
        int before = count();
        Thread thread = new Thread(
                () -> {
                    lock.lock();
                    try {
                        idle.await();
                        awake.add(name);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } finally {
                        lock.unlock();
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        await(name + " is idle", () -> count() > before);
    }

    private int count() {
        lock.lock();
        try {
            return idle.count();
        } finally {
            lock.unlock();
        }
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    @Test
    void wake_three_theOneThatSleptLastGoesFirst() throws InterruptedException {
        for (String name : List.of("first", "second", "third")) {
            sleeper(name);
        }

        locked(idle::wake);
        assertThat(awake.poll(10, TimeUnit.SECONDS)).isEqualTo("third");
        locked(idle::wake);
        assertThat(awake.poll(10, TimeUnit.SECONDS)).isEqualTo("second");
        assertThat(count()).isEqualTo(1);
        locked(idle::wake);
        assertThat(awake.poll(10, TimeUnit.SECONDS)).isEqualTo("first");
    }

    @Test
    void wake_twiceAtOnce_wakesTwo() throws InterruptedException {
        sleeper("first");
        sleeper("second");

        locked(() -> {
            idle.wake();
            idle.wake();
            idle.wake(); // nobody is left
        });

        assertThat(List.of(awake.take(), awake.take())).containsExactlyInAnyOrder("first", "second");
        assertThat(count()).isZero();
    }

    @Test
    void wakeAll_wakesAll() throws InterruptedException {
        sleeper("first");
        sleeper("second");

        locked(idle::wakeAll);

        assertThat(List.of(awake.take(), awake.take())).containsExactlyInAnyOrder("first", "second");
    }
}
