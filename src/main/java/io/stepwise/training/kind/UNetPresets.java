package io.stepwise.training.kind;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.model.UNet;
import io.stepwise.model.UNetConfig;
import io.stepwise.model.UNetConfig.TimeEmbeddingType;
import io.stepwise.repository.UNetConfigJson;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.training.spec.ImageSize;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.UNetChoice;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Turns a {@link UNetChoice} into a network: the named networks, completed with the image size, channels and classes of
 * the data set.
 *
 * <p>Every preset has DDPM's two residual blocks per level and attention at its lowest resolution; {@code report} is
 * the 64×64 network of the course report, {@code base} the one of most benchmarks.
 */
public final class UNetPresets {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final Map<String, Preset> PRESETS = Map.of(
            "tiny", new Preset(List.of(16, 32, 64), 16, 8),
            "small", new Preset(List.of(24, 48, 96), 24, 8),
            "base", new Preset(List.of(64, 128, 256), 64, 32),
            "report", new Preset(List.of(64, 128, 256), 256, 32));

    private static final long MOST_PARAMETERS = Integer.MAX_VALUE - 8;
    private static final String MANY = "at most " + MOST_PARAMETERS;

    /** Images have the channels red, green and blue. */
    private static final int CHANNELS = 3;

    private record Preset(List<Integer> channels, int headDim, int groups) {}

    private UNetPresets() {}

    /**
     * @param classes the number of labels of the data set; above 0 one class is added for "no label"
     * @throws InvalidMessageException when the inline configuration is invalid, does not fit the images, or is of a kind
     *     that cannot be trained here
     */
    public static UNet resolve(TrainingSpec spec, int classes) {
        UNetChoice choice = spec.unet();
        ImageSize size = spec.imageSize();
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("sample_size", List.of(size.height(), size.width()));
        keys.put("out_channels", outChannels(spec));
        keys.put("num_class_embeds", classes == 0 ? null : classes + 1);
        if (choice instanceof UNetChoice.Inline inline) {
            keys.putAll(inline.config());
        } else if (choice instanceof UNetChoice.Preset preset) {
            keys.putAll(keysOf(Objects.requireNonNull(PRESETS.get(preset.name()))));
        }
        try {
            ObjectNode object = MAPPER.valueToTree(keys);
            UNetConfig config = UNetConfigJson.fromObject("unet", object);
            checkImages(config, size, outChannels(spec));
            checkClasses(config, classes);
            checkTimesteps(config, spec.timesteps());
            UNet net = UNet.of(config);
            require("the number of parameters", net.parameterCount(), net.parameterCount() <= MOST_PARAMETERS, MANY);
            return net;
        } catch (InvalidModelException | IllegalArgumentException e) {
            throw new InvalidMessageException("/unet", choice, "a network that fits: " + e.getMessage());
        }
    }

    private static Map<String, Object> keysOf(Preset preset) {
        int levels = preset.channels().size();
        List<String> plainDown = Collections.nCopies(levels - 1, "DownBlock2D");
        List<String> plainUp = Collections.nCopies(levels - 1, "UpBlock2D");
        return Map.of(
                "block_out_channels", preset.channels(),
                "layers_per_block", 2,
                "down_block_types", concat(plainDown, List.of("AttnDownBlock2D")),
                "up_block_types", concat(List.of("AttnUpBlock2D"), plainUp),
                "attention_head_dim", preset.headDim(),
                "norm_num_groups", preset.groups());
    }

    private static List<String> concat(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    /** A learned variance has as many channels as the prediction. */
    private static int outChannels(TrainingSpec spec) {
        return spec.variance() == TrainingSpec.Variance.LEARNED_RANGE ? 2 * CHANNELS : CHANNELS;
    }

    private static void checkImages(UNetConfig config, ImageSize size, int outChannels) {
        require("in_channels", config.inChannels(), config.inChannels() == CHANNELS, "3, as images have");
        require(
                "out_channels",
                config.outChannels(),
                config.outChannels() == outChannels,
                outChannels + ": three for the prediction, and three more for a learned variance");
        Integer height = config.sampleHeight();
        Integer width = config.sampleWidth();
        require(
                "sample_size",
                height + "x" + width,
                height != null && width != null && height == size.height() && width == size.width(),
                "the image_size " + size.height() + "x" + size.width());
    }

    private static void checkClasses(UNetConfig config, int classes) {
        Integer embeds = config.numClassEmbeds();
        require("num_class_embeds", embeds, embeds == null || classes > 0, "null: the data set has no labels");
        require(
                "num_class_embeds",
                embeds,
                embeds == null || embeds == classes + 1,
                (classes + 1) + ": one for each of the data set's labels and one for none");
        require(
                "class_embed_type",
                config.classEmbedType(),
                config.classEmbedType() == null,
                "null: labels are numbers of classes");
    }

    /** Training uses the timesteps 0 … T-1; edm has ln(σ) / 4 instead, and T is 0. */
    private static void checkTimesteps(UNetConfig config, int timesteps) {
        TimeEmbeddingType type = config.timeEmbeddingType();
        require(
                "time_embedding_type",
                type,
                type != TimeEmbeddingType.FOURIER,
                "positional or learned: fourier takes the logarithm of the timestep, which may be 0 or less");
        Integer rows = config.numTrainTimesteps();
        require(
                "num_train_timesteps",
                rows,
                type != TimeEmbeddingType.LEARNED || (timesteps > 0 && rows != null && rows >= timesteps),
                timesteps > 0 ? "at least the timesteps " + timesteps : "left out: edm has no rows for noise levels");
    }

    private static void require(String key, @Nullable Object value, boolean holds, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(key + " " + value + " must be " + allowed);
        }
    }
}
