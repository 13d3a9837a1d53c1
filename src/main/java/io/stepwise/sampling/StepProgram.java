package io.stepwise.sampling;

/** The TorchScript of a denoising step around the network: its input and the use of its output. */
final class StepProgram {
    /** Columns of the table {@code c [B, COLUMNS + K·(K+3)]} before the matrix. */
    static final int COLUMNS = 11;

    /** Columns of the table of a plain step. */
    static final int PLAIN_COLUMNS = 10;

    /** Columns of the table {@code net [rows of the network's batch, 4]}. */
    static final int NETWORK_COLUMNS = 4;

    /**
     * Three methods. {@code before} makes the network's input from rows {@code [K,N]} of any K. The columns of {@code
     * net}: index of the row, scale of its state, timestep, label.
     *
     * <p>{@code after} joins guided pairs (a learned variance stays that of the label), clips x0 and mixes the registers:
     * r' = M [r, x0, out, z]. The product is
     * summed column by column: a matrix product would sum in another order when a neighbour has more registers, and a
     * row's bits would depend on its neighbours.
     *
     * <p>{@code plain} says that every row has one register, calls the network once, and has neither a dynamic
     * threshold nor a learned variance. That case takes fewer operators, in the same order, so it gives the same bits.
     * Otherwise {@code calls} holds the rows that called the network, in the order of {@code out}, or is empty for all
     * of them; {@code guided} holds those of them that are guided: first those whose unconditional output follows in {@code
     * out}, then those whose second output is in {@code others}, which their guides have made; {@code z} is empty if no row
     * draws noise. The columns of {@code c}: p, q, limit of x0 (or the least threshold), greatest threshold, quantile
     * (0: no dynamic threshold), guidance, ln of the least and of the greatest learned variance (equal: not learned),
     * whether part of the image is known, its amplitude, the amplitude of the noise on it, and M in row-major order. A
     * row with a known part holds the image and the mask after r0; after the step r0 becomes {@code mask · (alpha ·
     * image + sigma · z) + (1 - mask) · r0}.
     *
     * @param image [C,H,W]
     */
    static String text(long[] image) {
        return BEFORE.formatted(image[0], image[1], image[2]) + AFTER;
    }

    /**
     * {@link #text} with the whole step in one call, for a program that has the network as {@code fwd}: {@code step}
     * for any rows, {@code predict} for the output alone, {@code together} for plain rows, and {@code alone} for one plain row, because lists of tensors take
     * long to pass. The columns of their {@code c [B, PLAIN_COLUMNS]}: scale of the state, timestep, label, p, q, limit
     * of x0, M.
     */
    static String linked(long[] image) {
        return text(image) + STEP.formatted(image[0], image[1], image[2]);
    }

    private static final String STEP =
            """
  def step(self: __torch__.M, w: List[Tensor], rows: List[Tensor], net: Tensor, others: List[Tensor], z: Tensor, c: Tensor, calls: Tensor, guided: Tensor, k: int, plain: bool, dynamic: bool, known: bool) -> List[Tensor]:
    x, t, y, = (self).before(rows, net, )
    out = (self).fwd(w, x, t, y, )
    return (self).after(rows, out, others, z, c, calls, guided, k, plain, dynamic, known, )
  def predict(self: __torch__.M, w: List[Tensor], rows: List[Tensor], net: Tensor) -> Tensor:
    x, t, y, = (self).before(rows, net, )
    return (self).fwd(w, x, t, y, )
  def together(self: __torch__.M, w: List[Tensor], rows: List[Tensor], z: Tensor, c: Tensor) -> List[Tensor]:
    return (self).apart((self).alone(w, torch.cat(rows), z, c, ), )
  def alone(self: __torch__.M, w: List[Tensor], r: Tensor, z: Tensor, c: Tensor) -> Tensor:
    scale, t, y, p, q, limit, m0, m1, m2, m3, = torch.split(c, 1, 1)
    x = torch.view(torch.mul(r, scale), [-1, %1$s, %2$s, %3$s])
    out = (self).fwd(w, x, torch.contiguous(torch.reshape(t, [-1])), torch.to(torch.reshape(y, [-1]), 4), )
    return (self).mixed(r, torch.flatten(out, 1), z, p, q, limit, m0, m1, m2, m3, )
""";

    private static final String BEFORE =
            """
  def before(self: __torch__.M, rows: List[Tensor], net: Tensor) -> List[Tensor]:
    index, scale, t, y, = torch.split(net, 1, 1)
    if torch.eq(torch.add(torch.len(rows), torch.size(net, 0)), 2):
      picked = torch.narrow(rows[0], 0, 0, 1)
    else:
      states = annotate(List[Tensor], [])
      for i in range(torch.len(rows)):
        _0 = torch.append(states, torch.select(rows[i], 0, 0))
      picked = torch.index_select(torch.stack(states), 0, torch.to(torch.squeeze(index, 1), 4))
    x = torch.view(torch.mul(picked, scale), [-1, %1$s, %2$s, %3$s])
    return [x, torch.reshape(t, [-1]), torch.to(torch.reshape(y, [-1]), 4)]
""";

    private static final String AFTER =
            """
  def join(self: __torch__.M, out: Tensor, others: List[Tensor], c: Tensor, calls: Tensor, guided: Tensor, n: int) -> Tensor:
    b = torch.size(c, 0)
    k = torch.size(calls, 0)
    g = torch.size(guided, 0)
    if torch.eq(k, 0):
      k0 = b
    else:
      k0 = k
    e = torch.narrow(out, 0, 0, k0)
    if torch.gt(g, 0):
      l = g
      for i in range(torch.len(others)):
        l = torch.sub(l, torch.size(others[i], 0))
      seconds = annotate(List[Tensor], [])
      _0 = torch.append(seconds, torch.narrow(torch.narrow(out, 0, k0, l), 1, 0, n))
      for i0 in range(torch.len(others)):
        _1 = torch.append(seconds, torch.narrow(torch.flatten(others[i0], 1), 1, 0, n))
      u = torch.cat(seconds)
      w = torch.narrow(c, 1, 5, 1)
      if torch.gt(k, 0):
        w0 = torch.index_select(w, 0, calls)
      else:
        w0 = w
      w1 = torch.index_select(w0, 0, guided)
      a = torch.index_select(e, 0, guided)
      d = torch.add(u, torch.mul(torch.sub(torch.narrow(a, 1, 0, n), u), w1))
      v = torch.narrow(a, 1, n, torch.sub(torch.size(a, 1), n))
      e0 = torch.index_copy(e, 0, guided, torch.cat([d, v], 1))
    else:
      e0 = e
    if torch.gt(k, 0):
      e1 = torch.index_copy(torch.zeros([b, torch.size(e0, 1)], dtype=6, layout=None, device=ops.prim.device(out)), 0, calls, e0)
    else:
      e1 = e0
    return e1
  def noise(self: __torch__.M, z: Tensor, e: Tensor, c: Tensor, n: int) -> Tensor:
    low = torch.narrow(c, 1, 6, 1)
    high = torch.narrow(c, 1, 7, 1)
    if torch.gt(torch.size(e, 1), n):
      share = torch.mul(torch.add(torch.narrow(e, 1, n, n), 1), 0.5)
      deviation = torch.exp(torch.mul(torch.add(low, torch.mul(share, torch.sub(high, low))), 0.5))
      z0 = torch.where(torch.eq(low, high), z, torch.mul(z, deviation))
    else:
      z0 = z
    return z0
  def clip(self: __torch__.M, x0: Tensor, c: Tensor, dynamic: bool) -> Tensor:
    limit = torch.narrow(c, 1, 2, 1)
    if dynamic:
      ratio = torch.narrow(c, 1, 4, 1)
      q = torch.unsqueeze(torch.diagonal(torch.quantile(torch.abs(x0), torch.squeeze(ratio, 1), 1)), 1)
      threshold = torch.minimum(torch.maximum(q, limit), torch.narrow(c, 1, 3, 1))
      has = torch.gt(ratio, 0.)
      bound = torch.where(has, threshold, limit)
      unit = torch.where(has, threshold, torch.ones_like(limit))
      y = torch.div(torch.minimum(torch.maximum(x0, torch.neg(bound)), bound), unit)
    else:
      y = torch.minimum(torch.maximum(x0, torch.neg(limit)), limit)
    return y
  def stacked(self: __torch__.M, rows: List[Tensor], k: int) -> Tensor:
    wide = annotate(List[Tensor], [])
    for i in range(torch.len(rows)):
      row = rows[i]
      missing = torch.sub(k, torch.size(row, 0))
      if torch.gt(missing, 0):
        padded = torch.constant_pad_nd(row, [0, 0, 0, missing])
      else:
        padded = row
      _0 = torch.append(wide, padded)
    return torch.stack(wide)
  def mixed(self: __torch__.M, r: Tensor, out: Tensor, z: Tensor, p: Tensor, q: Tensor, limit: Tensor, m0: Tensor, m1: Tensor, m2: Tensor, m3: Tensor) -> Tensor:
    n = torch.size(r, 1)
    if torch.gt(torch.size(out, 1), n):
      d = torch.narrow(out, 1, 0, n)
    else:
      d = out
    x0 = torch.add_(torch.mul(r, p), torch.mul(d, q))
    y = torch.clamp(x0, torch.neg(limit), limit)
    mixed = torch.add_(torch.add_(torch.mul(r, m0), torch.mul(y, m1)), torch.mul(d, m2))
    if torch.gt(torch.size(z, 0), 0):
      _0 = torch.add_(mixed, torch.mul(z, m3))
    else:
      pass
    return mixed
  def plain(self: __torch__.M, rows: List[Tensor], out: Tensor, z: Tensor, c: Tensor) -> List[Tensor]:
    p, q, limit, _0, _1, _2, _3, _4, _5, _6, _7, m0, m1, m2, m3, = torch.split(c, 1, 1)
    d = torch.narrow(torch.flatten(out, 1), 0, 0, torch.len(rows))
    return (self).apart((self).mixed(torch.cat(rows), d, z, p, q, limit, m0, m1, m2, m3, ), )
  def apart(self: __torch__.M, mixed: Tensor) -> List[Tensor]:
    results = annotate(List[Tensor], [])
    for i in range(torch.size(mixed, 0)):
      _0 = torch.append(results, torch.clone(torch.narrow(mixed, 0, i, 1)))
    return results
  def after(self: __torch__.M, rows: List[Tensor], out: Tensor, others: List[Tensor], z: Tensor, c: Tensor, calls: Tensor, guided: Tensor, k: int, plain: bool, dynamic: bool, known: bool) -> List[Tensor]:
    if plain:
      results = (self).plain(rows, out, z, c, )
    else:
      results = (self).general(rows, out, others, z, c, calls, guided, k, dynamic, known, )
    return results
  def keep(self: __torch__.M, r: Tensor, z: Tensor, c: Tensor) -> Tensor:
    x = torch.select(r, 1, 0)
    image = torch.mul(torch.select(r, 1, 1), torch.narrow(c, 1, 9, 1))
    if torch.gt(torch.size(z, 0), 0):
      level = torch.add(image, torch.mul(z, torch.narrow(c, 1, 10, 1)))
    else:
      level = image
    mask = torch.select(r, 1, 2)
    blended = torch.add(torch.mul(level, mask), torch.mul(x, torch.sub(torch.ones_like(mask), mask)))
    x0 = torch.where(torch.gt(torch.narrow(c, 1, 8, 1), 0.5), blended, x)
    return torch.cat([torch.unsqueeze(x0, 1), torch.narrow(r, 1, 1, torch.sub(torch.size(r, 1), 1))], 1)
  def general(self: __torch__.M, rows: List[Tensor], out: Tensor, others: List[Tensor], z: Tensor, c: Tensor, calls: Tensor, guided: Tensor, k: int, dynamic: bool, known: bool) -> List[Tensor]:
    r = (self).stacked(rows, k, )
    n = torch.size(r, 2)
    b = torch.size(r, 0)
    e = (self).join(torch.flatten(out, 1), others, c, calls, guided, n, )
    d = torch.narrow(e, 1, 0, n)
    x0 = torch.add(torch.mul(torch.select(r, 1, 0), torch.narrow(c, 1, 0, 1)), torch.mul(d, torch.narrow(c, 1, 1, 1)))
    s = torch.unbind(r, 1)
    _1 = torch.append(s, (self).clip(x0, c, dynamic, ))
    _2 = torch.append(s, d)
    if torch.gt(torch.size(z, 0), 0):
      _3 = torch.append(s, (self).noise(z, e, c, n, ))
    else:
      pass
    m = torch.view(torch.narrow(c, 1, 11, torch.mul(k, torch.add(k, 3))), [b, k, torch.add(k, 3)])
    mixed = torch.zeros_like(r)
    for i in range(torch.len(s)):
      _4 = torch.add_(mixed, torch.mul(torch.unsqueeze(torch.select(m, 2, i), 2), torch.unsqueeze(s[i], 1)))
    if known:
      mixed0 = (self).keep(mixed, z, c, )
    else:
      mixed0 = mixed
    results = annotate(List[Tensor], [])
    for i in range(b):
      _5 = torch.append(results, torch.clone(torch.narrow(torch.select(mixed0, 0, i), 0, 0, torch.size(rows[i], 0))))
    return results
""";

    private StepProgram() {}
}
