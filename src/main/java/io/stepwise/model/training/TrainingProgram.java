package io.stepwise.model.training;

import io.stepwise.model.Precision;
import io.stepwise.model.UNet;
import io.stepwise.model.Value;
import io.stepwise.model.training.ParallelGradients.Input;
import java.util.List;

/** The TorchScript of the loss of a U-Net with its gradients. */
final class TrainingProgram {
    private static final List<Input> INPUTS =
            List.of(new Input("x0", 0), new Input("noise", 0), new Input("t", 0), new Input("y", 0), new Input("k", 1));

    private TrainingProgram() {}

    /** The methods of {@link ParallelGradients} for {@code net}, and those that they call. */
    static String of(UNet net, Precision precision, Loss loss) {
        TrainingOps ops = new TrainingOps(precision);
        Value out = net.forward(ops, ops.image("xt"), "t", "y");
        return TrainingOps.methods()
                + ops.leaves()
                + LossProgram.of(loss, net.config().learnsVariance())
                + (loss == Loss.CONSISTENCY ? teacher(net, precision) : "")
                + gradients(ops, out, loss)
                + ParallelGradients.methods(INPUTS);
    }

    /** The network without gradients. */
    private static String teacher(UNet net, Precision precision) {
        TrainingOps ops = new TrainingOps(precision);
        ops.freeze(true);
        Value out = net.forward(ops, ops.image("x"), "t", "y");
        return """
  def teacher(self: __torch__.M, p: List[Tensor], x: Tensor, t: Tensor, y: Tensor) -> Tensor:
%s    return torch.contiguous(torch.to(%s, 6))
"""
                .formatted(ops.body(), out.name());
    }

    /**
     * Adds {@code share} times the gradients of the weighted losses' sum, averaged over the samples, to {@code g}; returns
     * the losses before weighting, {@code [B, N]}. {@code k [rows, B, 1, 1, 1]} holds {@link TrainingBatch}'s coefficients.
     */
    private static String gradients(TrainingOps ops, Value out, Loss loss) {
        return """
  def gradients(self: __torch__.M, p: List[Tensor], g: List[Tensor], x0: Tensor, noise: Tensor, t: Tensor, y: Tensor, k: Tensor, share: float) -> Tensor:
    xt = torch.add(torch.mul(x0, torch.select(k, 0, 0)), torch.mul(noise, torch.select(k, 0, 1)))
%s    out = torch.requires_grad_(torch.detach(torch.contiguous(torch.to(%s, 6))))
    losses = (self).losses(out, xt, %s, noise, k, )
    weights = torch.narrow(torch.flatten(k, 1), 0, 4, torch.size(losses, 1))
    total = torch.mean(torch.sum(torch.mul(losses, torch.t(weights)), [1]))
    d = (self).derivative(total, [out], torch.full_like(total, share), )
    dout = torch.to(d[0], ops.prim.dtype(%s), False, False, 2)
%s    return torch.detach(losses)
"""
                .formatted(
                        ops.body(),
                        out.name(),
                        LossProgram.reference(loss, "p"),
                        out.name(),
                        ops.backward(out.name(), "dout"));
    }
}
