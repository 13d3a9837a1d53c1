package io.stepwise.torchscript;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;

/**
 * A loaded TorchScript program: text in, a callable out. It holds no weights; tensors are passed at every call.
 *
 * <p>Methods are written as the body of a module class named {@code M}, in the language that {@code torch.jit.save}
 * writes: {@code def name(self: __torch__.M, p: List[Tensor], x: Tensor) -> Tensor:} and so on.
 *
 * <p>INVARIANT: the result of a call depends on its arguments alone, not on earlier calls. Therefore libtorch's
 * optimizer is off: it profiles the first calls, rewrites the program, and from then on rounds differently and draws
 * other dropout masks, so that a resumed training run would not end like an uninterrupted one.
 *
 * <p>INVARIANT: calls are thread-safe, as those of {@code torch::jit::Module} are. Closing is not thread-safe; it frees
 * native memory.
 */
public final class Program implements AutoCloseable {
    private final PtSymbolBlock block;

    private Program(PtSymbolBlock block) {
        this.block = block;
    }

    /**
     * Compiles {@code methods} for the device of {@code manager}. The caller closes the program.
     *
     * @throws ai.djl.engine.EngineException when libtorch refuses the text; its message shows the line
     */
    public static Program load(NDManager manager, String methods) {
        byte[] archive = Archive.of(methods);
        try {
            return new Program(
                    JniUtils.loadModule((PtNDManager) manager, new ByteArrayInputStream(archive), false, false));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot happen: reading from memory", e);
        }
    }

    /** The archive that {@link #load} gives to libtorch; {@code torch.jit.load} opens it in Python as well. */
    public static byte[] archive(String methods) {
        return Archive.of(methods);
    }

    /** An argument of type {@code List[Tensor]} for any number of calls; the caller closes it. */
    public static IValue list(Collection<? extends NDArray> arrays) {
        PtNDArray[] tensors = new PtNDArray[arrays.size()];
        int i = 0;
        for (NDArray array : arrays) {
            tensors[i++] = (PtNDArray) array;
        }
        return IValue.listFrom(tensors);
    }

    /** An argument of type {@code Tensor}; the caller closes it. */
    public static IValue tensor(NDArray array) {
        return IValue.from((PtNDArray) array);
    }

    /**
     * Runs {@code method} without gradients. The result, an inference tensor, belongs to {@code scope}. The arguments
     * remain the caller's.
     */
    public NDArray call(String method, NDManager scope, IValue... arguments) {
        JniUtils.setGraphExecutorOptimize(false); // applies to this thread
        try (IValue result = IValueUtils.runMethod(block, method, arguments)) {
            return result.toTensor((PtNDManager) scope);
        }
    }

    /** Runs {@code method}, whose result is a {@code List[Tensor]}, without gradients. The results belong to {@code scope}. */
    public NDList callForList(String method, NDManager scope, IValue... arguments) {
        JniUtils.setGraphExecutorOptimize(false);
        try (IValue result = IValueUtils.runMethod(block, method, arguments)) {
            return result.toNDList((PtNDManager) scope);
        }
    }

    /**
     * Runs {@code method} with gradients recorded on this thread. Arrays named {@code "p[]"} form one argument of type
     * {@code List[Tensor]} at the place of the first of them; the others are tensors in their order.
     *
     * @param arguments not empty; the caller keeps them
     * @return the result, which belongs to {@code scope}
     */
    public NDList callWithGradients(String method, NDManager scope, NDList arguments) {
        try (NDArray selector = scope.create(0)) {
            selector.setName("module_method:" + method);
            NDList all = new NDList(arguments);
            all.add(selector);
            JniUtils.setGraphExecutorOptimize(false);
            JniUtils.setGradMode(true);
            try {
                NDList result = IValueUtils.forward(block, all, true);
                result.attach(scope);
                return result;
            } finally {
                JniUtils.setGradMode(false);
            }
        }
    }

    @Override
    public void close() {
        block.close();
    }
}
