package io.stepwise.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.model.UNetConfig;
import io.stepwise.repository.InvalidModelException;
import io.stepwise.repository.UNetConfigJson;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What a {@link UNetChoice} means: the named networks, and how image size, channels and classes of a data set enter.
 *
 * <p>Every preset has DDPM's two residual blocks per level and attention at its lowest resolution; {@code report} is the
 * 64×64 network of the course report, {@code base} the one that {@code design.md} measures.
 */
final class UNetPresets {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final Map<String, Preset> PRESETS = Map.of(
            "tiny", new Preset(List.of(16, 32, 64), 16, 8),
            "small", new Preset(List.of(24, 48, 96), 24, 8),
            "base", new Preset(List.of(64, 128, 256), 64, 32),
            "report", new Preset(List.of(64, 128, 256), 256, 32));

    private record Preset(List<Integer> channels, int headDim, int groups) {}

    private UNetPresets() {}

    /**
     * The network's configuration.
     *
     * @param classes how many labels the data set has; above 0 one more is added, for no label
     * @throws InvalidSpecException when the inline configuration is not a valid one, or does not fit the images
     */
    static UNetConfig resolve(UNetChoice choice, ImageSize size, int classes) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("sample_size", List.of(size.height(), size.width()));
        keys.put("num_class_embeds", classes == 0 ? null : classes + 1);
        if (choice instanceof UNetChoice.Inline inline) {
            keys.putAll(inline.config());
        } else if (choice instanceof UNetChoice.Preset preset) {
            keys.putAll(keysOf(Objects.requireNonNull(PRESETS.get(preset.name()))));
        }
        try {
            ObjectNode object = MAPPER.valueToTree(keys);
            return checked(UNetConfigJson.fromObject("unet", object), size, classes);
        } catch (InvalidModelException | IllegalArgumentException e) {
            throw new InvalidSpecException(
                    List.of(new FieldError("/unet", String.valueOf(choice), "a network that fits: " + e.getMessage())));
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

    private static UNetConfig checked(UNetConfig config, ImageSize size, int classes) {
        Integer embeds = config.numClassEmbeds();
        if (embeds != null && embeds != classes + 1 && classes > 0) {
            throw new IllegalArgumentException("num_class_embeds " + embeds + " must be " + (classes + 1)
                    + ": one for each of the data set's labels and one for none");
        }
        if (embeds != null && classes == 0) {
            throw new IllegalArgumentException(
                    "num_class_embeds " + embeds + " must be null: the data set has no labels");
        }
        if (config.outChannels() != config.inChannels()) {
            throw new IllegalArgumentException(
                    "out_channels " + config.outChannels() + " must equal in_channels " + config.inChannels());
        }
        Integer height = config.sampleHeight();
        Integer width = config.sampleWidth();
        if (height == null || width == null || height != size.height() || width != size.width()) {
            throw new IllegalArgumentException("sample_size " + height + "x" + width + " must be the image_size "
                    + size.height() + "x" + size.width());
        }
        return config;
    }
}
