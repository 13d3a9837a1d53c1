package io.stepwise.torchscript;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("libtorch")
class SynchronizationTest {
    private static final String TO_BFLOAT16 =
            """
  def half(self: __torch__.M, x: Tensor) -> Tensor:
    return torch.to(x, 15)
""";

    /** What is read of a result must not stay with its manager, which may live as long as the service. */
    @Test
    void first_anArray_leavesNothingBehind() {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray array = manager.create(new float[][] {{3, 4}, {5, 6}});

            assertThat(Synchronization.first(array)).isEqualTo(3);

            assertThat(((BaseNDManager) manager).getManagedArrays()).containsExactly(array);
            assertThat(array.toFloatArray()).containsExactly(3, 4, 5, 6);
        }
    }

    /** A copy of bfloat16 by DJL would end the process. */
    @Test
    void first_bfloat16_isRead() {
        try (NDManager manager = NDManager.newBaseManager();
                Program program = Program.load(manager, TO_BFLOAT16);
                IValue x = Program.tensor(manager.create(new float[] {-1.5f, 2}))) {
            assertThat(Synchronization.first(program.call("half", manager, x))).isEqualTo(-1.5f);
        }
    }
}
