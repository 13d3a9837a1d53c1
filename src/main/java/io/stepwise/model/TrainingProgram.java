package io.stepwise.model;

/** The TorchScript of a training step: loss with gradients, and the update of the weights. */
final class TrainingProgram {
    private TrainingProgram() {}

    /**
     * The methods {@code accumulate}, {@code join}, {@code update} and {@code assign} of {@code net}, and those that they
     * call.
     */
    static String of(UNet net, Precision precision, Loss loss) {
        TrainingOps ops = new TrainingOps(precision);
        Value out = net.forward(ops, ops.image("xt"), "t", "y");
        return TrainingOps.methods()
                + ops.leaves()
                + LossProgram.of(loss, net.config().learnsVariance())
                + gradients(ops, out)
                + ACCUMULATE
                + UPDATE;
    }

    /**
     * Adds {@code share} times the gradients of the weighted losses' sum, averaged over the samples, to {@code g}; returns
     * the losses before weighting, {@code [B, N]}. {@code k [rows, B, 1, 1, 1]} holds {@link TrainingBatch}'s coefficients.
     */
    private static String gradients(TrainingOps ops, Value out) {
        return """
  def gradients(self: __torch__.M, p: List[Tensor], g: List[Tensor], x0: Tensor, noise: Tensor, t: Tensor, y: Tensor, k: Tensor, share: float) -> Tensor:
    xt = torch.add(torch.mul(x0, torch.select(k, 0, 0)), torch.mul(noise, torch.select(k, 0, 1)))
%s    out = torch.requires_grad_(torch.detach(torch.contiguous(torch.to(%s, 6))))
    losses = (self).losses(out, xt, x0, noise, k, )
    weights = torch.narrow(torch.flatten(k, 1), 0, 4, torch.size(losses, 1))
    total = torch.mean(torch.sum(torch.mul(losses, torch.t(weights)), [1]))
    d = (self).derivative(total, [out], torch.full_like(total, share), )
    dout = torch.to(d[0], ops.prim.dtype(%2$s), False, False, 2)
%s    return torch.detach(losses)
"""
                .formatted(ops.body(), out.name(), ops.backward(out, "dout"));
    }

    /**
     * Adds the gradients of the samples from {@code part[0]} to {@code part[1]} of a batch to {@code g}, for
     * {@code part[2]} samples at a time; returns their losses. {@code join} moves gradients to others.
     */
    private static final String ACCUMULATE =
            """
  def accumulate(self: __torch__.M, p: List[Tensor], g: List[Tensor], x0: Tensor, noise: Tensor, t: Tensor, y: Tensor, k: Tensor, part: Tensor) -> List[Tensor]:
    w = (self).leaves(p, )
    losses = annotate(List[Tensor], [])
    n = torch.size(x0, 0)
    end = int(part[1])
    most = int(part[2])
    for i in range(int(part[0]), end, most):
      m = ops.prim.min(most, torch.sub(end, i))
      part0 = (self).gradients(w, g, torch.narrow(x0, 0, i, m), torch.narrow(noise, 0, i, m), torch.narrow(t, 0, i, m), torch.narrow(y, 0, i, m), torch.narrow(k, 1, i, m), torch.div(m, n), )
      _0 = torch.append(losses, part0)
    return [torch.cat(losses)]
  def join(self: __torch__.M, g: Tensor, other: Tensor) -> Tensor:
    _0 = torch.add_(g, other)
    return torch.zero_(other)
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
  def blend(self: __torch__.M, to: Tensor, value: Tensor, share: float) -> Tensor:
    return torch.lerp_(to, value, share)
  def assign(self: __torch__.M, to: Tensor, value: Tensor) -> Tensor:
    return torch.copy_(to, value)
""";
}
