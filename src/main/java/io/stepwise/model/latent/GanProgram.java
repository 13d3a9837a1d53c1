package io.stepwise.model.latent;

import io.stepwise.model.Precision;
import io.stepwise.model.training.TrainingOps;

/**
 * The TorchScript of the losses of a GAN with their gradients (Goodfellow et al. 2014, https://arxiv.org/abs/1406.2661,
 * algorithm 1): {@code softplus(-D(x)) + softplus(D(G(z)))} for the discriminator, with real and made images in separate
 * batches, and the non-saturating {@code softplus(-D(G(z)))} for the generator.
 */
final class GanProgram {
    private static final String GRADIENT = "    %s = torch.div(torch.ones_like(%s), torch.size(y, 0))\n";

    private GanProgram() {}

    /**
     * The methods
     *
     * <pre>
     *   discriminate(p, g, x, z, y) -> [[B, 4]]   losses on real and on made images, and whether the verdicts are right
     *   generate(p, g, x, z, y) -> [[B], [N]]     losses; mean and variance of the batch in each norm of the generator
     * </pre>
     *
     * which add the gradients of the mean losses by the weights of the network that they are named after to {@code g}. {@code p}
     * and {@code g} are as {@link Dcgan#trained}.
     */
    static String of(Dcgan net) {
        TrainingOps discriminator = ops(net);
        String discriminate = discriminate(net, discriminator);
        return TrainingOps.methods() + discriminator.leaves() + discriminate + generate(net, ops(net));
    }

    private static TrainingOps ops(Dcgan net) {
        TrainingOps ops = new TrainingOps(Precision.F32);
        ops.declare(net.trained());
        return ops;
    }

    private static String discriminate(Dcgan net, TrainingOps ops) {
        ops.freeze(true);
        String made = net.generator(ops, "z", "y").name();
        ops.freeze(false);
        String ofReal = net.discriminator(ops, ops.image("x"), "y");
        String lossOfReal = backward(ops, ops.assign("torch.softplus(torch.neg(%s))", ofReal), "dreal");
        String ofMade = net.discriminator(ops, made, "y");
        String lossOfMade = backward(ops, ops.assign("torch.softplus(%s)", ofMade), "dmade");
        return method("discriminate", ops)
                + "    right = torch.to(torch.stack([torch.gt(%s, 0), torch.lt(%s, 0)], 1), 6)\n"
                        .formatted(ofReal, ofMade)
                + "    return [torch.detach(torch.cat([torch.stack([%s, %s], 1), right], 1))]\n"
                        .formatted(lossOfReal, lossOfMade);
    }

    private static String generate(Dcgan net, TrainingOps ops) {
        String made = net.generator(ops, "z", "y").name();
        String statistics = String.join(", ", ops.batchStatistics());
        ops.freeze(true);
        String verdicts = net.discriminator(ops, made, "y");
        String loss = backward(ops, ops.assign("torch.softplus(torch.neg(%s))", verdicts), "dmade");
        return method("generate", ops) + "    return [torch.detach(%s), torch.cat([%s])]\n".formatted(loss, statistics);
    }

    /** Writes the backward pass from the mean of {@code losses}. */
    private static String backward(TrainingOps ops, String losses, String gradient) {
        ops.write(GRADIENT.formatted(gradient, losses));
        ops.write(ops.backward(losses, gradient));
        return losses;
    }

    private static String method(String name, TrainingOps ops) {
        return """
  def %s(self: __torch__.M, all: List[Tensor], g: List[Tensor], x: Tensor, z: Tensor, y: Tensor) -> List[Tensor]:
    p = (self).leaves(all, )
%s"""
                .formatted(name, ops.body());
    }
}
