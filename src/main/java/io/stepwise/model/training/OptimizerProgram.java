package io.stepwise.model.training;

/** The TorchScript of the updates of {@link OptimizedWeights}. */
final class OptimizerProgram {
    /**
     * Clips the gradients {@code g} by their norm, updates {@code q} and the averages {@code e}, and zeroes {@code g}.
     * Each is one flat tensor. The fused updates take lists; libtorch removes them as dead code if the lists are made
     * inside the script, so the arguments are lists of one tensor. If the norm is not finite, only {@code g} changes.
     * Returns the norm.
     */
    static final String TEXT =
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
  def rest(self: __torch__.M, q: Tensor, e: Tensor, x: Tensor, share: float, average: float) -> Tensor:
    if bool(torch.all(torch.isfinite(x))):
      _0 = torch.lerp_(q, x, share)
      _1 = torch.lerp_(e, q, average)
    else:
      pass
    return q
  def assign(self: __torch__.M, to: Tensor, value: Tensor) -> Tensor:
    return torch.copy_(to, value)
""";

    private OptimizerProgram() {}
}
