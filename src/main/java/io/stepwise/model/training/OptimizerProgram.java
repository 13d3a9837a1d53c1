package io.stepwise.model.training;

/** The TorchScript of the updates of {@link OptimizedWeights}. */
final class OptimizerProgram {
    /**
     * Clips the gradients {@code g} by their norm, updates {@code q} and the averages {@code e}, and zeroes {@code g}.
     * These three are flat tensors; the lists hold views of them and of the moments. The fused updates take lists;
     * libtorch removes them as dead code if the lists are made inside the script. The matrices {@code mq} are updated by
     * Muon, the weights {@code qs} by the rule {@code kind}. If the norm is not finite, only {@code g} changes. Returns
     * the norm.
     */
    static final String TEXT =
            """
  def update(self: __torch__.M, q: Tensor, g: Tensor, e: Tensor, qs: List[Tensor], gs: List[Tensor], ms: List[Tensor], vs: List[Tensor], ns: List[Tensor], mq: List[Tensor], mg: List[Tensor], mm: List[Tensor], kind: int, lr: float, beta1: float, beta2: float, eps: float, decay: float, clip: float, average: float) -> Tensor:
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
      for i in range(torch.len(mq)):
        _5 = (self).muon(mq[i], mg[i], mm[i], lr, beta1, decay, )
      _4 = torch.lerp_(e, q, average)
    else:
      pass
    _6 = torch.zero_(g)
    return norm
  def muon(self: __torch__.M, q: Tensor, g: Tensor, m: Tensor, lr: float, beta1: float, decay: float) -> Tensor:
    _0 = torch.lerp_(m, g, torch.sub(1., beta1))
    u = torch.flatten(torch.lerp(g, m, beta1), 1)
    rows = torch.size(u, 0)
    columns = torch.size(u, 1)
    if torch.gt(rows, columns):
      longer = rows
      o = torch.t((self).orthogonal(torch.t(u), ))
    else:
      longer = columns
      o = (self).orthogonal(u, )
    _1 = torch.mul_(q, torch.sub(1., torch.mul(lr, decay)))
    scale = torch.mul(0.2, torch.sqrt(longer))
    return torch.add_(q, torch.reshape(o, torch.size(q)), alpha=torch.neg(torch.mul(lr, scale)))
  def orthogonal(self: __torch__.M, u: Tensor) -> Tensor:
    x = torch.div(u, torch.clamp_min(torch.linalg_vector_norm(u), 9.9999999999999995e-08))
    for i in range(5):
      a = torch.mm(x, torch.t(x))
      b = torch.addmm(a, a, a, beta=-4.7750000000000004, alpha=2.0314999999999999)
      x = torch.addmm(x, b, x, beta=3.4445000000000001)
    return x
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
