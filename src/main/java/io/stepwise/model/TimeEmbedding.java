package io.stepwise.model;

import io.stepwise.model.UNetConfig.ActFn;

/**
 * Turns timesteps into vectors: features of the timestep, then two linear layers with an activation between them (Ho et
 * al. 2020, appendix B; diffusers' {@code Timesteps}, {@code GaussianFourierProjection} and {@code TimestepEmbedding}).
 */
record TimeEmbedding(UNetConfig config) {
    private static final double MAX_PERIOD = 10000;

    /** Features {@code [B, n]} of timesteps {@code [B]}; n is {@link #width()}. */
    String features(Ops ops, String timesteps) {
        int channels = config.blockOutChannels().get(0);
        return switch (config.timeEmbeddingType()) {
            case POSITIONAL -> sinusoids(ops, timesteps, channels);
            case FOURIER -> fourier(ops, timesteps, channels);
            case LEARNED -> ops.fromFloat(ops.embedding(timesteps, "time_proj", tableRows(), channels));
        };
    }

    /** The two linear layers on the features. */
    String project(Ops ops, String features, String prefix) {
        int dim = config.timeDim();
        String h = ops.linear(features, prefix + "linear_1", width(), dim, 1);
        h = ops.assign("%s", ops.activation(h, ActFn.SILU));
        return ops.linear(h, prefix + "linear_2", dim, dim, 1);
    }

    private int width() {
        int channels = config.blockOutChannels().get(0);
        return config.timeEmbeddingType() == UNetConfig.TimeEmbeddingType.FOURIER ? 2 * channels : channels;
    }

    private int tableRows() {
        Integer rows = config.numTrainTimesteps();
        if (rows == null) {
            throw new IllegalArgumentException("num_train_timesteps null must be given with learned embeddings");
        }
        return rows;
    }

    /** Vaswani et al. 2017, section 3.5, with diffusers' choice of order and frequency shift. */
    private String sinusoids(Ops ops, String timesteps, int dim) {
        int half = dim / 2;
        String frequencies = ops.assign(
                "torch.exp(torch.div(torch.mul(torch.arange(%d, dtype=%d, layout=None, device=ops.prim.device(%s)), %s), %s))",
                half, Ops.FLOAT32, timesteps, Ops.number(-Math.log(MAX_PERIOD)), Ops.number(half - config.freqShift()));
        String angles = ops.assign(
                "torch.mul(torch.unsqueeze(torch.to(%s, %d), 1), torch.unsqueeze(%s, 0))",
                timesteps, Ops.FLOAT32, frequencies);
        String joined = waves(ops, angles, config.flipSinToCos());
        return ops.fromFloat(dim % 2 == 0 ? joined : ops.assign("torch.constant_pad_nd(%s, [0, 1])", joined));
    }

    /** Random Fourier features of the logarithm (Song et al. 2021, appendix C.2); the frequencies are not trained. */
    private String fourier(Ops ops, String timesteps, int channels) {
        String frequencies = ops.parameter("time_proj.weight", channels);
        String angles = ops.assign(
                "torch.mul(torch.mul(torch.unsqueeze(torch.log(%s), 1), torch.unsqueeze(torch.to(torch.detach(%s), %d), 0)), %s)",
                timesteps, frequencies, Ops.FLOAT32, Ops.number(2 * Math.PI));
        return ops.fromFloat(waves(ops, angles, false));
    }

    private static String waves(Ops ops, String angles, boolean cosineFirst) {
        String first = cosineFirst ? "cos" : "sin";
        String second = cosineFirst ? "sin" : "cos";
        return ops.assign("torch.cat([torch.%s(%s), torch.%s(%s)], -1)", first, angles, second, angles);
    }
}
