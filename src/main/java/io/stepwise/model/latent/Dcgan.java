package io.stepwise.model.latent;

import io.stepwise.model.Network;
import io.stepwise.model.Ops;
import io.stepwise.model.ParameterSpec;
import io.stepwise.model.Precision;
import io.stepwise.model.Script;
import io.stepwise.model.Value;
import io.stepwise.model.training.ActivationCount;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The two networks of Radford et al. 2016 (https://arxiv.org/abs/1511.06434, section 3 and figure 1). As a {@link Network} it
 * is the generator.
 *
 * <p>Of classes the generator gets a learned vector beside the latent one; the discriminator adds the product of such a vector with
 * the sum of its last features to its verdict (Miyato and Koyama 2018, https://arxiv.org/abs/1802.05637, equation 3).
 *
 * @param shape the images, the latent vectors, the levels; the coarsest level is 4 × 4
 */
public record Dcgan(LatentShape shape) implements Network {
    static final String GENERATOR = "generator.";
    static final String DISCRIMINATOR = "discriminator.";
    private static final double SLOPE = .2;

    /** @throws IllegalArgumentException when the coarsest level is another one */
    public Dcgan {
        if (shape.coarsest() != LatentShape.COARSEST) {
            throw new IllegalArgumentException(
                    "block_out_channels " + shape.blockOutChannels() + " must be one for each of the " + "levels from "
                            + shape.size() / 2 + " down to " + LatentShape.COARSEST);
        }
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

    @Override
    public Value forward(Ops ops, String sample, String timesteps, String labels) {
        return generator(ops, shape.latent(ops, sample), labels);
    }

    /**
     * What is trained: the weights of the generator, those of the discriminator, and the generator's running statistics. The
     * discriminator has none: nothing but training calls it, which takes the statistics of each batch.
     */
    public List<ParameterSpec> trained() {
        Ops ops = new Ops();
        generator(ops, "z", "y");
        discriminator(ops, "x", "y");
        List<ParameterSpec> generators = parameters();
        return ops.parameters().stream()
                .filter(each -> generators.contains(each) || !Script.isStatistic(each))
                .toList();
    }

    /** Bytes of one sample that an update of the generator keeps for its backward pass: those of both networks. */
    public long activationBytes() {
        ActivationCount count = new ActivationCount(Precision.F32);
        discriminator(count, generator(count, "z", "y").name(), "y");
        return count.bytes();
    }

    /** Where the weights of the generator end among {@link #trained}, and where those of the discriminator end. */
    List<Long> ends() {
        long weights = size(trained().stream().filter(each -> !Script.isStatistic(each)));
        return List.of(size(parameters().stream().filter(each -> !Script.isStatistic(each))), weights);
    }

    private static long size(Stream<ParameterSpec> parameters) {
        return parameters.mapToLong(ParameterSpec::size).sum();
    }

    /** The numbers of {@link #parameters}, the generator's, among those of {@link #trained}. */
    public float[] generatorOf(float[] trained) {
        float[] own = new float[Math.toIntExact(parameterCount())];
        int weights = Math.toIntExact(ends().get(0));
        int rest = own.length - weights;
        System.arraycopy(trained, 0, own, 0, weights);
        System.arraycopy(trained, trained.length - rest, own, weights, rest);
        return own;
    }

    /**
     * Writes the generator.
     *
     * @param latent variable of the latent vectors {@code [B, latentSize]}
     * @return images {@code [B, 3, size, size]} in [-1,1]
     */
    Value generator(Ops ops, String latent, String labels) {
        String z = ops.withSpareRows(latent, 2);
        String y = shape.classes() == null ? labels : ops.withSpareRows(labels, 1);
        String all = shape.beside(ops, z, GENERATOR + "class_embedding", y);
        Value h = shape.unflattened(ops, ops.withoutSpareRows(project(ops, all)));
        h = ops.relu(ops.batchNorm(h, GENERATOR + "project_norm"));
        for (int level = shape.levels() - 2; level >= 0; level--) {
            String block = GENERATOR + "up_blocks." + (shape.levels() - 2 - level) + ".";
            h = ops.relu(
                    ops.batchNorm(ops.convTransposed(h, block + "conv", shape.channels(level), false), block + "norm"));
        }
        return ops.tanh(ops.convTransposed(h, GENERATOR + "conv_out", LatentShape.CHANNELS, false));
    }

    /** A transposed convolution of an image of 1 × 1, which is a product with a matrix. */
    private String project(Ops ops, String vectors) {
        int in = shape.besides(shape.latentSize());
        int side = shape.coarsest();
        String weight = ops.parameter(GENERATOR + "project.weight", in, shape.deepest(), side, side);
        ops.count((long) in * shape.features());
        return ops.assign("torch.matmul(%s, torch.reshape(%s, [%d, -1]))", vectors, weight, in);
    }

    /**
     * Writes the discriminator.
     *
     * @param images variable of images {@code [B, 3, size, size]}, in the memory format of the network
     * @return variable of the verdicts {@code [B]}: above 0 for real images
     */
    String discriminator(Ops ops, String images, String labels) {
        Value h = shape.image(images);
        for (int level = 0; level < shape.levels(); level++) {
            String block = DISCRIMINATOR + "down_blocks." + level + ".";
            h = ops.conv(h, block + "conv", shape.channels(level), 4, 2, 1, false);
            h = ops.leakyRelu(level == 0 ? h : ops.batchNorm(h, block + "norm"), SLOPE);
        }
        Value verdict = ops.conv(h, DISCRIMINATOR + "conv_out", 1, LatentShape.COARSEST, 1, 0, false);
        String logits = ops.assign("torch.reshape(%s, [-1])", verdict.name());
        Integer classes = shape.classes();
        if (classes == null) {
            return logits;
        }
        String of = ops.embedding(labels, DISCRIMINATOR + "class_embedding", classes, shape.deepest());
        return ops.assign("torch.add(%s, torch.sum(torch.mul(torch.sum(%s, [2, 3]), %s), [1]))", logits, h.name(), of);
    }
}
