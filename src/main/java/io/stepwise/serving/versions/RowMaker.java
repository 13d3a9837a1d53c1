package io.stepwise.serving.versions;

import io.stepwise.diffusion.CounterNoise;
import io.stepwise.diffusion.Trajectory;
import io.stepwise.image.Pixels;
import io.stepwise.model.Encoder;
import io.stepwise.model.Network;
import io.stepwise.sampling.Guidance;
import io.stepwise.sampling.NoiseKey;
import io.stepwise.sampling.Row;
import io.stepwise.sampling.Source;
import io.stepwise.schema.FieldError;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.SourceImage;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the rows of a request: the state that each of its images starts from.
 *
 * @param net the network of the rows
 * @param encoding finds the state of a picture, for a network that is an {@link Encoder}
 */
record RowMaker(Network net, Encoding encoding) {
    /** Finds the state from which a network makes a picture again. */
    interface Encoding {
        /** The first numbers of the state of a picture {@code [C,H,W]} in [-1,1] with a class. */
        float[] of(float[] picture, int label);
    }

    /** Adds to {@code errors} the fields of {@code request} that this network cannot honour. */
    void check(GenerationRequest request, List<FieldError> errors) {
        SourceImage source = request.source();
        if (source != null) {
            source.misfit(net.width(), net.height()).ifPresent(errors::add);
        }
    }

    /**
     * The rows of a request, in the order of its images.
     *
     * @param labels the class of image i, or the class that means "no label"
     * @param guide what guides them; null for the network itself without the label
     */
    List<Row> rows(
            GenerationRequest request, Trajectory trajectory, IntUnaryOperator labels, @Nullable ServedModel guide) {
        boolean encodes = request.source() != null && net instanceof Encoder;
        Source source = encodes ? null : source(request.source());
        Map<Integer, float[]> states = new HashMap<>(); // of the picture, with each class
        return IntStream.range(request.firstIndex(), request.firstIndex() + request.n())
                .mapToObj(i -> {
                    int label = labels.applyAsInt(i);
                    int guideLabel = guide == null || guide.labels().names().isEmpty() ? 0 : label;
                    Guidance guidance = new Guidance(request.guidance(), guide, guideLabel);
                    Source from =
                            encodes ? encoded(request, i, states.computeIfAbsent(label, ofPicture(request))) : source;
                    return new Row(trajectory, key(request, i), label, guidance, from);
                })
                .toList();
    }

    /** The state of the picture, or one on the way from it to the noise that the request leads to. */
    @SuppressWarnings("NullAway") // as for source
    private Source encoded(GenerationRequest request, int i, float[] ofPicture) {
        float[] latent = ofPicture.clone();
        NoiseKey.Blend to = key(request, i).blend();
        if (to != null) {
            float[] end = new float[latent.length];
            CounterNoise.fill(to.seed(), to.image(), 0, end, 0, end.length);
            NoiseKey.Blend.turn(latent, end, to.share());
        }
        float[] state = Arrays.copyOf(latent, net.channels() * net.height() * net.width());
        return new Source(state, null, Source.Start.NOISY_IMAGE);
    }

    private Function<Integer, float[]> ofPicture(GenerationRequest request) {
        SourceImage asked = Objects.requireNonNull(request.source());
        return label -> encoding.of(signed(fitted(asked).image()), label);
    }

    /** @param image at the size of the network */
    private float[] signed(Pixels image) {
        float[] state = new float[Math.toIntExact((long) net.height() * net.width() * image.channels())];
        image.toSigned(state, 0, false);
        return state;
    }

    private static NoiseKey key(GenerationRequest request, int i) {
        Long to = request.interpolateTo();
        if (to != null) {
            return new NoiseKey(request.seed(), 0, new NoiseKey.Blend(to, 0, (double) i / (request.n() - 1)));
        }
        Long near = request.variationSeed();
        Double share = request.variationStrength();
        NoiseKey.Blend blend = near == null || share == null ? null : new NoiseKey.Blend(near, i, share);
        return new NoiseKey(request.seed(), i, blend);
    }

    @SuppressWarnings("NullAway") // NullAway does not see that the constructor's array may be null
    private @Nullable Source source(@Nullable SourceImage asked) {
        if (asked == null) {
            return null;
        }
        SourceImage source = fitted(asked);
        Source.Start start = !asked.addsNoise()
                ? Source.Start.NOISY_IMAGE
                : asked.mask() != null && asked.strengthOrUsual() == 1 ? Source.Start.NOISE : Source.Start.NOISED_IMAGE;
        return new Source(signed(source.image()), known(source.mask()), start);
    }

    /** {@code source} at the size and with the channels of the network. */
    private SourceImage fitted(SourceImage source) {
        return source.fitted(net.width(), net.height(), net.channels());
    }

    /** @param mask at the size of the network */
    private float @Nullable [] known(@Nullable Pixels mask) {
        if (mask == null) {
            return null;
        }
        int plane = net.width() * net.height();
        float[] known = new float[plane * net.channels()];
        for (int i = 0; i < known.length; i++) {
            known[i] = 1 - (mask.data()[i % plane] & 0xff) / 255f;
        }
        return known;
    }

    /** The same request with its picture at the size and with the channels of the network. */
    GenerationRequest fitted(GenerationRequest request) {
        SourceImage source = request.source();
        return source == null ? request : request.from(fitted(source));
    }

    /** Replaces the known part of the image in an estimate, which holds only the output of the network. */
    float[] withKnown(@Nullable SourceImage asked, float[] estimate) {
        Source source = asked == null || asked.mask() == null ? null : source(asked);
        float[] known = source == null ? null : source.known();
        if (source == null || known == null) {
            return estimate;
        }
        float[] laid = new float[estimate.length];
        for (int i = 0; i < laid.length; i++) {
            laid[i] = known[i] * source.image()[i] + (1 - known[i]) * estimate[i];
        }
        return laid;
    }
}
