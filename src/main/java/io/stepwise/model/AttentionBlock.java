package io.stepwise.model;

import java.util.List;

/**
 * Self-attention among all positions of a feature map, with a norm before it and a residual connection around it (Ho et
 * al. 2020, appendix B; diffusers' {@code Attention} as its U-Net uses it).
 *
 * @param prefix of its parameters' names
 * @param headDim channels per head
 * @param groups of the norm; 0 means no norm
 * @param eps of the norm
 * @param outputScale the sum is divided by this
 */
record AttentionBlock(String prefix, int headDim, int groups, double eps, double outputScale) {

    Value forward(Ops ops, Value x) {
        int heads = x.channels() / headDim;
        int inner = heads * headDim;
        int positions = x.height() * x.width();
        Value h = groups == 0 ? x : ops.groupNorm(x, prefix + "group_norm", groups, eps);
        String tokens = ops.tokens(h);
        List<String> names = List.of(prefix + "to_q", prefix + "to_k", prefix + "to_v");
        List<String> qkv = ops.linears(tokens, names, x.channels(), inner, positions);
        String mixed = ops.attention(qkv.get(0), qkv.get(1), qkv.get(2), heads, inner, positions);
        String projected = ops.linear(mixed, prefix + "to_out.0", inner, x.channels(), positions);
        return ops.divide(ops.add(x, ops.fromTokens(projected, x)), outputScale);
    }
}
