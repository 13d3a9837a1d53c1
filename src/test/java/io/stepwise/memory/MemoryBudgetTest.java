package io.stepwise.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    private static final int SIZE = 8192;

    private final MemoryBudget budget = new MemoryBudget(SIZE);

    @Test
    void acquire_beyondWhatIsFree_isRefusedUntilALeaseIsClosed() {
        MemoryBudget.Lease first = budget.acquire(4000);

        assertThatThrownBy(() -> budget.acquire(3169))
                .isInstanceOfSatisfying(MemoryBudgetException.class, e -> assertThat(e.retryAfter())
                        .hasValue(Duration.ofSeconds(2)))
                .hasMessage("the request needs 3169 bytes of the service's memory, and 4000 of 7168 are in use");
        assertThat(budget.used()).isEqualTo(4000);

        first.close();
        first.close();
        try (MemoryBudget.Lease second = budget.acquire(3169)) {
            assertThat(budget.used()).isEqualTo(3169);
        }
        assertThat(budget.used()).isZero();
    }

    @Test
    void acquire_ofMoreThanTheBudgetHas_isRefusedForGood() {
        assertThatThrownBy(() -> budget.acquire(7169))
                .isInstanceOfSatisfying(MemoryBudgetException.class, e -> assertThat(e.retryAfter())
                        .isEmpty())
                .hasMessage("the request needs 7169 bytes of the service's memory, must need at most 7168");
    }

    @Test
    void acquire_whileLargeAmountsFillTheBudget_hasAReserveForSmallOnes() {
        budget.acquire(7168);

        budget.acquire(8);
        assertThatThrownBy(() -> budget.acquire(9)).isInstanceOf(MemoryBudgetException.class);
        IntStream.range(0, 127).forEach(each -> budget.acquire(8));
        assertThatThrownBy(() -> budget.acquire(1)).isInstanceOf(MemoryBudgetException.class);
        assertThat(budget.used()).isEqualTo(SIZE);
    }

    @Test
    void resize_growsAndShrinksALease() {
        MemoryBudget.Lease lease = budget.acquire(0);
        lease.resize(5000);
        assertThatThrownBy(() -> lease.resize(8000)).isInstanceOf(MemoryBudgetException.class);
        assertThat(budget.used()).isEqualTo(5000);
        lease.resize(100);
        assertThat(budget.used()).isEqualTo(100);
        lease.close();
        lease.resize(3000);
        assertThat(budget.used()).isZero();
    }

    @Test
    void acquire_byManyThreads_neverTakesMoreThanThereIs() {
        long taken = IntStream.range(0, 100_000)
                .parallel()
                .filter(each -> {
                    try (MemoryBudget.Lease lease = budget.acquire(3000)) {
                        assertThat(budget.used()).isBetween(3000L, 6000L);
                        return true;
                    } catch (MemoryBudgetException refused) {
                        return false;
                    }
                })
                .count();

        assertThat(taken).isPositive();
        assertThat(budget.used()).isZero();
    }

    @Test
    void size_ofNothing_isRefused() {
        assertThatThrownBy(() -> new MemoryBudget(0)).hasMessage("size 0 must be at least 1");
        assertThatThrownBy(() -> budget.acquire(-1)).hasMessage("total -1 must be at least 0");
    }
}
