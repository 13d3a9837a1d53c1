package io.stepwise.model.latent;

import io.stepwise.model.Encoder;
import io.stepwise.model.Ops;
import io.stepwise.model.ParameterSpec;
import io.stepwise.model.Precision;
import io.stepwise.model.Value;
import io.stepwise.model.training.ActivationCount;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A variational autoencoder (Kingma and Welling 2014, https://arxiv.org/abs/1312.6114) of convolutions. As a {@link
 * io.stepwise.model.Network} it is the decoder, whose parameters come first; as an {@link Encoder} it gives the mean of the
 * posterior. Classes have a learned vector beside the latent one and beside the encoder's features (Sohn et al. 2015).
 *
 * @param shape the images, the latent vectors, the levels
 * @param reconstruction the distance between image and reconstruction, which says what the decoder's numbers mean
 */
public record Vae(LatentShape shape, Reconstruction reconstruction) implements Encoder {
    /** How an image differs from its reconstruction; the JSON name is the lower-case one. */
    public enum Reconstruction {
        /** The squared distance; the decoder's numbers are the image. */
        L2,
        /** Cross entropy of the samples as probabilities; the decoder's numbers are their logits. */
        BCE
    }

    @Override
    public int channels() {
        return LatentShape.CHANNELS;
    }

    @Override
    public int height() {
        return shape.size();
    }

    @Override
    public int width() {
        return shape.size();
    }

    @Override
    public List<Integer> blockOutChannels() {
        return shape.blockOutChannels();
    }

    @Override
    public @Nullable Integer classes() {
        return shape.classes();
    }

    /** Of the decoder, then of the encoder; ln of the variance, which only training needs, is last. */
    @Override
    public List<ParameterSpec> parameters() {
        Ops ops = new Ops();
        forward(ops, "x", "t", "y");
        String features = features(ops, "x", "y");
        mean(ops, features);
        logVariance(ops, features);
        return ops.parameters();
    }

    /** Bytes of one sample that a step keeps for its backward pass. */
    public long activationBytes() {
        ActivationCount count = new ActivationCount(Precision.F32);
        String features = features(count, "x", "y");
        mean(count, features);
        logVariance(count, features);
        decoder(count, "z", "y");
        return count.bytes();
    }

    @Override
    public Value forward(Ops ops, String sample, String timesteps, String labels) {
        Value out = decoder(ops, shape.latent(ops, sample), labels);
        return reconstruction == Reconstruction.L2
                ? out
                : ops.map(out, "torch.tanh(torch.mul(%s, 0.5))", out.name()); // 2 sigmoid(x) - 1
    }

    /**
     * Writes the decoder.
     *
     * @param latent variable of the latent vectors {@code [B, latentSize]}
     * @return {@code [B, 3, size, size]}, the image or its logits
     */
    Value decoder(Ops ops, String latent, String labels) {
        String z = ops.withSpareRows(latent, 2);
        String y = shape.classes() == null ? labels : ops.withSpareRows(labels, 1);
        String all = shape.beside(ops, z, "decoder.class_embedding", y);
        String features = ops.linear(all, "decoder.project", shape.besides(shape.latentSize()), shape.features(), 1);
        Value h = ops.relu(shape.unflattened(ops, ops.withoutSpareRows(features)));
        for (int level = shape.levels() - 2; level >= 0; level--) {
            String block = "decoder.up_blocks." + (shape.levels() - 2 - level);
            h = ops.relu(ops.convTransposed(h, block, shape.channels(level), true));
        }
        return ops.convTransposed(h, "decoder.conv_out", LatentShape.CHANNELS, true);
    }

    @Override
    public String encode(Ops ops, String image, String labels) {
        return ops.withoutSpareRows(mean(ops, features(ops, image, labels)));
    }

    /**
     * Writes the encoder up to its last feature map.
     *
     * @return variable of the features, {@code [≥ B, n]}
     */
    String features(Ops ops, String image, String labels) {
        Value h = shape.image(image);
        for (int level = 0; level < shape.levels(); level++) {
            h = ops.relu(ops.conv(h, "encoder.down_blocks." + level, shape.channels(level), 4, 2, 1));
        }
        String flat = ops.withSpareRows(ops.assign("torch.flatten(%s, 1)", h.name()), 2);
        String y = shape.classes() == null ? labels : ops.withSpareRows(labels, 1);
        return shape.beside(ops, flat, "encoder.class_embedding", y);
    }

    /** Writes the mean of the posterior, {@code [≥ B, latentSize]}. */
    String mean(Ops ops, String features) {
        return ops.linear(features, "encoder.mean", shape.besides(shape.features()), shape.latentSize(), 1);
    }

    /** Writes ln of its variance, {@code [≥ B, latentSize]}. */
    String logVariance(Ops ops, String features) {
        return ops.linear(features, "encoder.log_variance", shape.besides(shape.features()), shape.latentSize(), 1);
    }
}
