package io.stepwise.model;

/** The TorchScript of a training step: loss with gradients, and the update of the weights. */
final class TrainingProgram {
    private TrainingProgram() {}

    /** The methods {@code net}, {@code gradients}, {@code update} and {@code assign} of {@code net}. */
    static String of(UNet net, Precision precision, Loss loss) {
        TrainingOps ops = new TrainingOps(precision);
        Value out = net.forward(ops, "x", "t", "y");
        return "  def net(self: __torch__.M, p: List[Tensor], x: Tensor, t: Tensor, y: Tensor) -> Tensor:\n"
                + ops.body()
                + "    return " + out.name() + "\n"
                + LossProgram.of(loss, LossProgram.learnsVariance(net))
                + GRADIENTS
                + UPDATE;
    }

    /**
     * Adds the gradients of the weighted losses' sum, averaged over the samples, to {@code g}; returns the losses before
     * weighting, {@code [B, N]}. {@code k [rows, B, 1, 1, 1]} holds {@link TrainingBatch}'s coefficients.
     */
    private static final String GRADIENTS =
            """
  def gradients(self: __torch__.M, p: List[Tensor], g: List[Tensor], x0: Tensor, noise: Tensor, t: Tensor, y: Tensor, k: Tensor) -> List[Tensor]:
    xt = torch.add(torch.mul(x0, torch.select(k, 0, 0)), torch.mul(noise, torch.select(k, 0, 1)))
    losses = (self).losses((self).net(p, xt, t, y, ), xt, x0, noise, k, )
    weights = torch.narrow(torch.flatten(k, 1), 0, 4, torch.size(losses, 1))
    total = torch.mean(torch.sum(torch.mul(losses, torch.t(weights)), [1]))
    d = torch.autograd.grad([total], p, None, None, False, True)
    for i in range(torch.len(d)):
      di = d[i]
      if torch.__isnot__(di, None):
        dt = unchecked_cast(Tensor, di)
        _0 = torch.add_(g[i], dt)
      else:
        pass
    return [torch.detach(losses)]
""";

    /**
     * Clips the gradients {@code g} by their norm, updates {@code q} and the averages {@code e}, and zeroes {@code g}.
     * Each is one flat tensor. The fused updates take lists; libtorch removes them as dead code if the lists are made
     * inside the script, so the arguments are lists of one tensor. If the norm is not finite, only {@code g} changes.
     * Returns the norm.
     */
    private static final String UPDATE =
            """
  def update(self: __torch__.M, qs: List[Tensor], gs: List[Tensor], ms: List[Tensor], vs: List[Tensor], ns: List[Tensor], e: Tensor, kind: int, lr: float, beta1: float, beta2: float, eps: float, decay: float, clip: float, average: float) -> Tensor:
    q = qs[0]
    g = gs[0]
    norm = torch.linalg_vector_norm(g)
    if torch.gt(float(norm), clip):
      _0 = torch.mul_(g, torch.div(clip, torch.add(float(norm), 9.9999999999999995e-07)))
    else:
      pass
    if torch.lt(float(norm), inf):
      if torch.eq(kind, 0):
        _1 = torch.add_(ns[0], 1)
        torch._fused_adam_(qs, gs, ms, vs, annotate(List[Tensor], []), ns, lr=lr, beta1=beta1, beta2=beta2, weight_decay=decay, eps=eps, amsgrad=False, maximize=False)
      else:
        if torch.eq(kind, 1):
          _2 = torch.add_(ns[0], 1)
          torch._fused_adamw_(qs, gs, ms, vs, annotate(List[Tensor], []), ns, lr=lr, beta1=beta1, beta2=beta2, weight_decay=decay, eps=eps, amsgrad=False, maximize=False)
        else:
          _3 = torch.add_(q, torch.add(g, q, alpha=decay), alpha=torch.neg(lr))
      _4 = torch.lerp_(e, q, average)
    else:
      pass
    _5 = torch.zero_(g)
    return norm
  def assign(self: __torch__.M, to: Tensor, value: Tensor) -> Tensor:
    return torch.copy_(to, value)
""";
}
