package io.stepwise.model.training;

import ai.djl.ndarray.NDManager;
import io.stepwise.model.Precision;
import io.stepwise.model.UNet;
import io.stepwise.torchscript.Program;
import java.util.List;

/**
 * A U-Net in training.
 *
 * <p>Used by one thread. Closing frees everything.
 */
public final class TrainingNetwork implements AutoCloseable {
    private final UNet net;
    private final OptimizedWeights state;
    private final Program program;
    private final ParallelGradients gradients;

    /**
     * @param initial every parameter in the order of {@link UNet#parameters()}; copied
     */
    public TrainingNetwork(NDManager parent, UNet net, float[] initial, Precision precision, Loss loss) {
        this.net = net;
        NDManager manager = parent.newSubManager();
        state = new OptimizedWeights(manager, net.parameters(), initial, List.of((long) initial.length));
        program = Program.load(manager, program(net, precision, loss));
        gradients = new ParallelGradients(
                program, state, net.samplesAtOnce(), net.config().dropout() > 0);
    }

    /** The text of the program of the loss with its gradients: the methods of {@link ParallelGradients} for {@code net}. */
    public static String program(UNet net, Precision precision, Loss loss) {
        return TrainingProgram.of(net, precision, loss);
    }

    /**
     * Adds the gradients of the batch's weighted mean loss to those of {@link #state()}.
     *
     * @return the loss of each sample before weighting, {@code [B]}; of a network that learns the variance {@code [B, 2]}, with
     *     the bound's term in bits per element
     */
    public float[] accumulateGradients(TrainingBatch batch) {
        try (NDManager scope = state.manager().newSubManager()) {
            return gradients.accumulate(batch.tensors(scope, net), batch.size(), scope);
        }
    }

    /** See {@link OptimizedWeights#update}. */
    public float update(OptimizerStep step) {
        return state.update(0, step);
    }

    /** Its architecture and size. */
    public UNet net() {
        return net;
    }

    /** Its weights, with all that the optimizer keeps. */
    public OptimizedWeights state() {
        return state;
    }

    @Override
    public void close() {
        gradients.close();
        program.close();
        state.close();
    }
}
