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
                + gradients(loss)
                + UPDATE;
    }

    /**
     * The method {@code losses} for a program with {@code fwd}: the loss of each sample before weighting. {@code k} is that
     * of {@link #gradients}.
     */
    static String losses(Loss loss) {
        return """
  def losses(self: __torch__.M, w: List[Tensor], x0: Tensor, noise: Tensor, t: Tensor, y: Tensor, k: Tensor) -> Tensor:
%s    return losses
"""
                .formatted(lossesOf("fwd(w", loss));
    }

    /** The losses loss(net(a x0 + s noise, t, y), u x0 + v noise), each the mean over a sample's elements. */
    private static String lossesOf(String network, Loss loss) {
        return """
    xt = torch.add(torch.mul(x0, torch.select(k, 0, 0)), torch.mul(noise, torch.select(k, 0, 1)))
    target = torch.add(torch.mul(x0, torch.select(k, 0, 2)), torch.mul(noise, torch.select(k, 0, 3)))
    out = (self).%s, xt, t, y, )
    losses = torch.mean(%s, [1, 2, 3])
"""
                .formatted(network, loss.elementwise("out", "target"));
    }

    /**
     * Adds the gradients of mean(w · loss(net(a x0 + s noise, t, y), u x0 + v noise)) to {@code g}; returns the loss of
     * each sample before weighting. {@code k [5, B, 1, 1, 1]} holds a, s, u, v, w.
     */
    private static String gradients(Loss loss) {
        return """
  def gradients(self: __torch__.M, p: List[Tensor], g: List[Tensor], x0: Tensor, noise: Tensor, t: Tensor, y: Tensor, k: Tensor) -> List[Tensor]:
%s    total = torch.mean(torch.mul(losses, torch.reshape(torch.select(k, 0, 4), [-1])))
    d = torch.autograd.grad([total], p, None, None, False, True)
    for i in range(torch.len(d)):
      di = d[i]
      if torch.__isnot__(di, None):
        dt = unchecked_cast(Tensor, di)
        _0 = torch.add_(g[i], dt)
      else:
        pass
    return [torch.detach(losses)]
"""
                .formatted(lossesOf("net(p", loss));
    }

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
