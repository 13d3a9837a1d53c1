package io.stepwise.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("libtorch")
class PlainTablesTest {
    @Test
    void of_oneAfterTheOther_sameTensorWithTheNewNumbers() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                PlainTables tables = new PlainTables(manager)) {
            NDArray first;
            try (PlainTables.Table table = tables.of(new float[] {1, 2, 3, 4, 5, 6}, 2)) {
                first = table.tensor();
                assertThat(first.getShape().getShape()).containsExactly(2, 3);
                assertThat(first.toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6);
            }
            try (PlainTables.Table table = tables.of(new float[] {6, 5, 4, 3, 2, 1}, 2)) {
                assertThat(table.tensor()).isSameAs(first);
                assertThat(table.tensor().toFloatArray()).containsExactly(6, 5, 4, 3, 2, 1);
            }
        }
    }

    @Test
    void of_twoAtATime_eachItsOwn() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                PlainTables tables = new PlainTables(manager);
                PlainTables.Table one = tables.of(new float[] {1, 2}, 1);
                PlainTables.Table other = tables.of(new float[] {3, 4}, 1)) {
            assertThat(one.tensor().toFloatArray()).containsExactly(1, 2);
            assertThat(other.tensor().toFloatArray()).containsExactly(3, 4);
        }
    }
}
