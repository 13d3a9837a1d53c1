package io.stepwise.model.training;

/**
 * The TorchScript of the loss of one batch.
 *
 * <p>A network that learns the variance has twice the channels: the first half predicts as any network does, the second half
 * says where ln of the variance lies between its two ends. It learns from the hybrid loss of Nichol and Dhariwal 2021
 * (https://arxiv.org/abs/2102.09672, eq. 16): beside the loss of the first half, the term of the variational bound at the
 * image's timestep, whose gradient is kept off the first half.
 *
 * <p>With {@link Loss#CONSISTENCY} the target is the clean image that the network sees at another noise level; a method
 * {@code teacher(w, x, t, y) -> Tensor}, the network without gradients, must be there.
 */
final class LossProgram {
    private LossProgram() {}

    /**
     * The method {@code losses(out, xt, x0, noise, k) -> [B, N]}, N losses of each sample before weighting: the loss of the
     * prediction and, where the variance is learned, the bound's term. {@code k} holds {@link TrainingBatch}'s coefficients.
     */
    static String of(Loss loss, boolean learnsVariance) {
        if (loss == Loss.CONSISTENCY) {
            return CONSISTENCY.formatted(loss.elementwise("image", "goal"));
        }
        String target = "torch.add(torch.mul(x0, torch.select(k, 0, 2)), torch.mul(noise, torch.select(k, 0, 3)))";
        String head =
                "  def losses(self: __torch__.M, out: Tensor, xt: Tensor, x0: Tensor, noise: Tensor, k: Tensor) -> Tensor:\n"
                        + "    target = " + target + "\n";
        String mean =
                "torch.mean(%s, [1, 2, 3])".formatted(loss.elementwise(learnsVariance ? "first" : "out", "target"));
        return learnsVariance
                ? BOUND + head
                        + "    first, second, = torch.chunk(out, 2, 1)\n"
                        + "    bound = (self).bound(torch.detach(first), second, xt, x0, k, )\n"
                        + "    return torch.stack([" + mean + ", bound], 1)\n"
                : head + "    return torch.unsqueeze(" + mean + ", 1)\n";
    }

    /**
     * What {@code losses} takes for {@code x0}.
     *
     * @param weights variable of the weights
     */
    static String reference(Loss loss, String weights) {
        return loss == Loss.CONSISTENCY ? "(self).goal(" + weights + ", x0, noise, y, k, )" : "x0";
    }

    /** The method {@code evaluate} for a program with {@code fwd} and {@link #of}: the losses of a batch. */
    static String evaluate(Loss loss) {
        String teacher =
                """
  def teacher(self: __torch__.M, w: List[Tensor], x: Tensor, t: Tensor, y: Tensor) -> Tensor:
    return (self).fwd(w, x, t, y, )
""";
        return (loss == Loss.CONSISTENCY ? teacher : "")
                + """
  def evaluate(self: __torch__.M, w: List[Tensor], x0: Tensor, noise: Tensor, t: Tensor, y: Tensor, k: Tensor) -> Tensor:
    xt = torch.add(torch.mul(x0, torch.select(k, 0, 0)), torch.mul(noise, torch.select(k, 0, 1)))
    return (self).losses((self).fwd(w, xt, t, y, ), xt, %s, noise, k, )
"""
                        .formatted(reference(loss, "w"));
    }

    /** The clean image of the point with less noise, and the distance to that of the other point. */
    private static final String CONSISTENCY =
            """
  def goal(self: __torch__.M, w: List[Tensor], x0: Tensor, noise: Tensor, y: Tensor, k: Tensor) -> Tensor:
    x = torch.add(torch.mul(x0, torch.select(k, 0, 5)), torch.mul(noise, torch.select(k, 0, 6)))
    out = (self).teacher(w, x, torch.flatten(torch.select(k, 0, 7)), y, )
    return torch.add(torch.mul(x, torch.select(k, 0, 8)), torch.mul(out, torch.select(k, 0, 9)))
  def losses(self: __torch__.M, out: Tensor, xt: Tensor, goal: Tensor, noise: Tensor, k: Tensor) -> Tensor:
    image = torch.add(torch.mul(xt, torch.select(k, 0, 2)), torch.mul(out, torch.select(k, 0, 3)))
    square = torch.mean(%s, [1, 2, 3])
    c = 0.00054
    return torch.unsqueeze(torch.sub(torch.sqrt(torch.add(square, torch.mul(c, c))), c), 1)
""";

    /**
     * The terms of the variational bound in bits per element, {@code [B]}: the same as {@code
     * io.stepwise.diffusion.sampler.VariationalBound}, without clipping of the clean image.
     */
    private static final String BOUND =
            """
  def below(self: __torch__.M, x: Tensor) -> Tensor:
    cubic = torch.add(x, torch.mul(torch.pow(x, 3), 0.044714999999999998))
    return torch.mul(torch.add(torch.tanh(torch.mul(cubic, 0.79788456080286541)), 1), 0.5)
  def bound(self: __torch__.M, first: Tensor, second: Tensor, xt: Tensor, x0: Tensor, k: Tensor) -> Tensor:
    image = torch.add(torch.mul(xt, torch.select(k, 0, 6)), torch.mul(first, torch.select(k, 0, 7)))
    state = torch.mul(xt, torch.select(k, 0, 9))
    mean = torch.add(torch.mul(image, torch.select(k, 0, 8)), state)
    true = torch.add(torch.mul(x0, torch.select(k, 0, 8)), state)
    low = torch.select(k, 0, 10)
    share = torch.mul(torch.add(second, 1), 0.5)
    above = torch.mul(share, torch.sub(torch.select(k, 0, 11), low))
    log = torch.add(above, low)
    distance = torch.mul(torch.pow(torch.sub(true, mean), 2), torch.exp(torch.neg(log)))
    kl = torch.mul(torch.add(torch.add(above, torch.expm1(torch.neg(above))), distance), 0.5)
    inverse = torch.exp(torch.mul(log, -0.5))
    off = torch.sub(x0, mean)
    upper = (self).below(torch.mul(torch.add(off, 0.0039215686274509803), inverse), )
    lower = (self).below(torch.mul(torch.sub(off, 0.0039215686274509803), inverse), )
    upto = torch.where(torch.gt(x0, 0.999), torch.ones_like(upper), upper)
    from0 = torch.where(torch.lt(x0, -0.999), torch.zeros_like(lower), lower)
    code = torch.neg(torch.log(torch.clamp(torch.sub(upto, from0), 9.9999999999999998e-13)))
    terms = torch.where(torch.gt(torch.select(k, 0, 12), 0.5), code, kl)
    return torch.div(torch.mean(terms, [1, 2, 3]), 0.69314718055994529)
""";
}
