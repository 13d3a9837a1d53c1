package io.stepwise.model.latent;

import io.stepwise.model.Ops;
import io.stepwise.model.Precision;
import io.stepwise.model.training.ParallelGradients;
import io.stepwise.model.training.ParallelGradients.Input;
import io.stepwise.model.training.TrainingOps;
import java.util.List;

/**
 * The TorchScript of the loss of a VAE with its gradients (Kingma and Welling 2014, equations 4, 10 and appendix B): {@code
 * z = mean + exp(log / 2) eps}, the distance of the reconstruction, and the Kullback-Leibler divergence in closed form.
 */
final class VaeProgram {
    private static final List<Input> INPUTS = List.of(new Input("x0", 0), new Input("eps", 0), new Input("y", 0));

    private static final String KL =
            "torch.mul(torch.sum(torch.sub(torch.sub(torch.add(torch.pow(%1$s, 2), torch.exp(%2$s)), 1), %2$s), [1]), 0.5)";

    private VaeProgram() {}

    /**
     * The methods of {@link ParallelGradients}, and {@code losses(p, x0, eps, y) -> [rows]}. Of each sample come the distance, a sum over its numbers; the divergence, a sum over
     * the latent numbers; and the mean of the posterior: {@code [B, 2 + latentSize]}.
     *
     * @param beta factor of the divergence (Higgins et al. 2017)
     */
    static String of(Vae net, double beta) {
        TrainingOps ops = new TrainingOps(Precision.F32);
        ops.declare(net.parameters());
        String features = net.features(ops, ops.image("x0"), "y");
        String mean = net.mean(ops, features);
        String log = net.logVariance(ops, features);
        String z = ops.assign("torch.add(%s, torch.mul(torch.exp(torch.mul(%s, 0.5)), eps))", mean, log);
        String distance = ops.assign(distance(net), net.decoder(ops, z, "y").name());
        String divergence = ops.assign(KL, mean, log);
        String loss = ops.assign("torch.add(%s, torch.mul(%s, %s))", distance, divergence, Ops.number(beta));
        String forward = ops.body();
        String rows = "torch.detach(torch.cat([torch.unsqueeze(%s, 1), torch.unsqueeze(%s, 1), %s], 1))"
                .formatted(distance, divergence, mean);
        return TrainingOps.methods()
                + ops.leaves()
                + """
  def gradients(self: __torch__.M, p: List[Tensor], g: List[Tensor], x0: Tensor, eps: Tensor, y: Tensor, share: float) -> Tensor:
%s    dloss = torch.div(torch.full_like(%s, share), torch.size(x0, 0))
%s    return %s
  def losses(self: __torch__.M, all: List[Tensor], x0: Tensor, eps: Tensor, y: Tensor) -> List[Tensor]:
    p = (self).leaves(all, )
%s    return [%s]
"""
                        .formatted(forward, loss, ops.backward(loss, "dloss"), rows, forward, rows)
                + ParallelGradients.methods(INPUTS);
    }

    private static String distance(Vae net) {
        return switch (net.reconstruction()) {
            case L2 -> "torch.sum(torch.pow(torch.sub(%s, x0), 2), [1, 2, 3])";
            case BCE ->
                "torch.sum(torch.sub(torch.softplus(%1$s), torch.mul(%1$s, torch.mul(torch.add(x0, 1), 0.5))), [1, 2, 3])";
        };
    }
}
