package io.stepwise.torchscript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("libtorch")
class ProgramTest {
    private static final String TEXT =
            """
  def twice(self: __torch__.M, x: Tensor) -> Tensor:
    return torch.mul(x, 2)
  def both(self: __torch__.M, p: List[Tensor], x: Tensor) -> List[Tensor]:
    return [torch.add(p[0], x), torch.sub(p[1], x)]
  def slope(self: __torch__.M, p: List[Tensor], x: Tensor) -> List[Tensor]:
    y = torch.sum(torch.mul(torch.mul(p[0], p[0]), x))
    d = torch.autograd.grad([y], p, None, None, False, True)
    return [torch.detach(unchecked_cast(Tensor, d[0]))]
""";

    @Test
    void call_tensor_givesTheResultToTheScope() {
        try (NDManager manager = NDManager.newBaseManager();
                Program program = Program.load(manager, TEXT);
                NDManager scope = manager.newSubManager();
                IValue x = Program.tensor(scope.create(new float[] {1, -2.5f}))) {
            NDArray result = program.call("twice", scope, x);
            assertThat(result.toFloatArray()).containsExactly(2, -5);
            assertThat(result.getManager()).isSameAs(scope);
        }
    }

    @Test
    void callForList_listAndTensor_givesAllResults() {
        try (NDManager manager = NDManager.newBaseManager();
                Program program = Program.load(manager, TEXT);
                IValue p = Program.list(List.of(manager.create(3f), manager.create(4f)));
                IValue x = Program.tensor(manager.create(1f))) {
            NDList results = program.callForList("both", manager, p, x);
            assertThat(results).extracting(NDArray::getFloat).containsExactly(4f, 3f);
        }
    }

    @Test
    void callWithGradients_squares_givesTheDerivative() {
        try (NDManager manager = NDManager.newBaseManager();
                Program program = Program.load(manager, TEXT)) {
            NDArray p = manager.create(new float[] {1, 2, 3});
            p.setRequiresGradient(true);
            p.setName("p[]");
            NDArray x = manager.create(new float[] {1, 1, -1});
            NDList result = program.callWithGradients("slope", manager, new NDList(p, x));
            assertThat(result.get(0).toFloatArray()).containsExactly(2, 4, -6);
        }
    }

    @Test
    void load_wrongText_saysWhere() {
        String wrong = """
  def f(self: __torch__.M, x: Tensor) -> Tensor:
    return torch.no_such_operator(x)
""";
        try (NDManager manager = NDManager.newBaseManager()) {
            assertThatThrownBy(() -> Program.load(manager, wrong).close())
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("no_such_operator")
                    .hasMessageContaining("return torch.no_such_operator(x)")
                    .hasMessageContaining("line 6"); // four lines of class before the text
        }
    }

    @Test
    void call_wrongShapes_saysWhich() {
        try (NDManager manager = NDManager.newBaseManager();
                Program program = Program.load(manager, TEXT);
                IValue p = Program.list(List.of(manager.create(new float[2]), manager.create(1f)));
                IValue x = Program.tensor(manager.create(new float[3]))) {
            assertThatThrownBy(() -> program.callForList("both", manager, p, x))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("size of tensor a (2) must match");
        }
    }

    @Test
    void archive_sameText_sameBytesOfStoredEntries() throws IOException {
        byte[] archive = Program.archive(TEXT);
        assertThat(Program.archive(TEXT)).isEqualTo(archive);
        List<String> names = new ArrayList<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                names.add(entry.getName());
                assertThat(entry.getMethod()).as(entry.getName()).isEqualTo(ZipEntry.STORED);
                if (entry.getName().endsWith("__torch__.py")) {
                    assertThat(new String(zip.readAllBytes(), StandardCharsets.UTF_8))
                            .startsWith("class M(Module):\n")
                            .endsWith(TEXT);
                }
            }
        }
        assertThat(names)
                .containsExactly("m/data.pkl", "m/code/__torch__.py", "m/constants.pkl", "m/version", "m/byteorder");
    }
}
