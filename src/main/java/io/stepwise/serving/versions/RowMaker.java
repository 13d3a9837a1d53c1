package io.stepwise.serving.versions;

import io.stepwise.diffusion.Trajectory;
import io.stepwise.image.Pixels;
import io.stepwise.model.UNet;
import io.stepwise.sampling.Guidance;
import io.stepwise.sampling.NoiseKey;
import io.stepwise.sampling.Row;
import io.stepwise.sampling.Source;
import io.stepwise.schema.FieldError;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.SourceImage;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the rows of a request: the state that each of its images starts from.
 *
 * @param net the network of the rows
 */
record RowMaker(UNet net) {
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
        Source source = source(request.source());
        return IntStream.range(request.firstIndex(), request.firstIndex() + request.n())
                .mapToObj(i -> {
                    int label = labels.applyAsInt(i);
                    int guideLabel = guide == null || guide.labels().names().isEmpty() ? 0 : label;
                    Guidance guidance = new Guidance(request.guidance(), guide, guideLabel);
                    return new Row(trajectory, key(request, i), label, guidance, source);
                })
                .toList();
    }

    private static NoiseKey key(GenerationRequest request, int i) {
        Long to = request.interpolateTo();
        return to == null
                ? new NoiseKey(request.seed(), i, null)
                : new NoiseKey(request.seed(), 0, new NoiseKey.Blend(to, 0, (double) i / (request.n() - 1)));
    }

    @SuppressWarnings("NullAway") // NullAway does not see that the constructor's array may be null
    private @Nullable Source source(@Nullable SourceImage asked) {
        if (asked == null) {
            return null;
        }
        SourceImage source = fitted(asked);
        Pixels image = source.image();
        float[] state = new float[Math.toIntExact((long) net.height() * net.width() * image.channels())];
        image.toSigned(state, 0, false);
        Source.Start start = !asked.addNoise()
                ? Source.Start.NOISY_IMAGE
                : asked.mask() != null && asked.strength() == 1 ? Source.Start.NOISE : Source.Start.NOISED_IMAGE;
        return new Source(state, known(source.mask()), start);
    }

    /** {@code source} at the size and with the channels of the network. */
    private SourceImage fitted(SourceImage source) {
        return source.fitted(net.width(), net.height(), net.config().inChannels());
    }

    /** @param mask at the size of the network */
    private float @Nullable [] known(@Nullable Pixels mask) {
        if (mask == null) {
            return null;
        }
        int plane = net.width() * net.height();
        float[] known = new float[plane * net.config().inChannels()];
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
        Source source = source(asked);
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
