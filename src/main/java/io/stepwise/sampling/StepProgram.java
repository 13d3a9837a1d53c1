package io.stepwise.sampling;

/** The TorchScript of a denoising step around the network: what goes in, and what becomes of what comes out. */
final class StepProgram {
    /** Columns of the table {@code c [B, 8]} that {@code after} reads. */
    static final int COLUMNS = 8;

    /**
     * {@code before} scales the states of the rows {@code index} for the network. {@code after} joins guided pairs,
     * clips x0 and mixes the registers: r' = M [r, x0, out, z]. That product is added up column by column: a matrix
     * product adds in another order where a neighbour has more registers, and a row would depend on it.
     *
     * <p>{@code calls}: rows that called the network, in the order of {@code out}; {@code guided}: which of these have
     * their unconditional output behind. Columns of {@code c}: p, q, limit of x0 (or the least threshold), greatest
     * threshold, quantile (0: no dynamic threshold), guidance, ln of the least and of the greatest learned variance
     * (equal: not learned).
     */
    static final String TEXT =
            """
  def before(self: __torch__.M, r: Tensor, scale: Tensor, index: Tensor) -> Tensor:
    return torch.index_select(torch.mul(torch.select(r, 1, 0), torch.unsqueeze(scale, 1)), 0, index)
  def after(self: __torch__.M, r: Tensor, out: Tensor, z: Tensor, m: Tensor, c: Tensor, calls: Tensor, guided: Tensor) -> Tensor:
    n = torch.size(r, 2)
    b = torch.size(r, 0)
    k = torch.size(calls, 0)
    g = torch.size(guided, 0)
    o = torch.flatten(out, 1)
    e = torch.narrow(o, 0, 0, k)
    if torch.gt(g, 0):
      u = torch.narrow(o, 0, k, g)
      w = torch.unsqueeze(torch.index_select(torch.index_select(torch.select(c, 1, 5), 0, calls), 0, guided), 1)
      e0 = torch.index_copy(e, 0, guided, torch.add(u, torch.mul(torch.sub(torch.index_select(e, 0, guided), u), w)))
    else:
      e0 = e
    if torch.eq(k, b):
      e1 = e0
    else:
      e1 = torch.index_copy(torch.zeros([b, torch.size(e0, 1)], dtype=6, layout=None, device=ops.prim.device(r)), 0, calls, e0)
    d = torch.narrow(e1, 1, 0, n)
    low = torch.narrow(c, 1, 6, 1)
    high = torch.narrow(c, 1, 7, 1)
    if torch.gt(torch.size(e1, 1), n):
      share = torch.mul(torch.add(torch.narrow(e1, 1, n, n), 1), 0.5)
      deviation = torch.exp(torch.mul(torch.add(low, torch.mul(share, torch.sub(high, low))), 0.5))
      z0 = torch.where(torch.eq(low, high), z, torch.mul(z, deviation))
    else:
      z0 = z
    x0 = torch.add(torch.mul(torch.select(r, 1, 0), torch.narrow(c, 1, 0, 1)), torch.mul(d, torch.narrow(c, 1, 1, 1)))
    limit = torch.narrow(c, 1, 2, 1)
    ratio = torch.select(c, 1, 4)
    if bool(torch.any(torch.gt(ratio, 0.))):
      q = torch.unsqueeze(torch.diagonal(torch.quantile(torch.abs(x0), ratio, 1)), 1)
      threshold = torch.minimum(torch.maximum(q, limit), torch.narrow(c, 1, 3, 1))
      dynamic = torch.gt(torch.unsqueeze(ratio, 1), 0.)
      bound = torch.where(dynamic, threshold, limit)
      unit = torch.where(dynamic, threshold, torch.ones_like(limit))
      y = torch.div(torch.minimum(torch.maximum(x0, torch.neg(bound)), bound), unit)
    else:
      y = torch.minimum(torch.maximum(x0, torch.neg(limit)), limit)
    s = torch.cat([r, torch.stack([y, d, z0], 1)], 1)
    mixed = torch.zeros_like(r)
    for i in range(torch.size(s, 1)):
      _0 = torch.add_(mixed, torch.mul(torch.unsqueeze(torch.select(m, 2, i), 2), torch.unsqueeze(torch.select(s, 1, i), 1)))
    return mixed
""";

    private StepProgram() {}
}
