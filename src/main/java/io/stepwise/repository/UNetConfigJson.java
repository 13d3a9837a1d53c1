package io.stepwise.repository;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.stepwise.model.UNetConfig;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.repository.files.JsonFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code unet/config.json} of a diffusers folder. Missing keys take the defaults of {@code UNet2DModel} (which haven't
 * changed since diffusers 0.0.4, whose files lack the newer keys); keys that begin with an underscore are the
 * library's own and are passed over; other unknown keys are refused, as they would change what the model computes.
 */
public final class UNetConfigJson {
    static final String CLASS_NAME = "UNet2DModel";
    static final String DIFFUSERS_VERSION = "0.33.0";

    /** Keys that diffusers' EMAModel adds to the configuration; they mean nothing to the U-Net. */
    private static final Set<String> EMA_KEYS = Set.of(
            "decay",
            "foreach",
            "inv_gamma",
            "min_decay",
            "optimization_step",
            "power",
            "update_after_step",
            "use_ema_warmup");

    private static final Set<String> NULLABLE = Set.of("attention_head_dim", "mid_block_type");

    /** The configuration of {@code UNet2DModel()} without arguments. */
    static final UNetConfig DEFAULTS = JsonFiles.constant(
            """
            {
              "in_channels": 3, "out_channels": 3, "center_input_sample": false,
              "time_embedding_type": "positional", "freq_shift": 0, "flip_sin_to_cos": true,
              "down_block_types": ["DownBlock2D", "AttnDownBlock2D", "AttnDownBlock2D", "AttnDownBlock2D"],
              "mid_block_type": "UNetMidBlock2D",
              "up_block_types": ["AttnUpBlock2D", "AttnUpBlock2D", "AttnUpBlock2D", "UpBlock2D"],
              "block_out_channels": [224, 448, 672, 896], "layers_per_block": 2,
              "mid_block_scale_factor": 1, "downsample_padding": 1, "downsample_type": "conv", "upsample_type": "conv",
              "dropout": 0, "act_fn": "silu", "attention_head_dim": 8, "norm_num_groups": 32, "norm_eps": 1e-5,
              "resnet_time_scale_shift": "default", "add_attention": true
            }
            """,
            UNetConfig.class);

    private UNetConfigJson() {}

    /**
     * @throws InvalidModelException when the file is not a configuration of {@code UNet2DModel} that is known here;
     *     the message names the file, the key, its value and what is allowed
     */
    public static UNetConfig read(Path path) throws IOException {
        return fromObject(String.valueOf(path.getFileName()), JsonFiles.read(path));
    }

    /** {@link #read} of an object that has been parsed already; {@code file} is named in messages. */
    public static UNetConfig fromObject(String file, ObjectNode object) throws InvalidModelException {
        JsonNode className = object.get("_class_name");
        if (className != null && !className.asText().equals(CLASS_NAME)) {
            throw new InvalidModelException(
                    file + ": _class_name " + className.asText() + " must be " + CLASS_NAME + ", the one U-Net known");
        }
        ObjectNode given = object.deepCopy();
        given.remove(given.properties().stream()
                .map(Map.Entry::getKey)
                .filter(key -> key.startsWith("_") || EMA_KEYS.contains(key))
                .toList());
        modernise(given);
        ObjectNode defaults = toPlainObject(DEFAULTS);
        JsonFiles.requireValues(file, given, defaults, NULLABLE);
        ObjectNode merged = defaults.setAll(given);
        splitSampleSize(file, merged);
        return JsonFiles.bind(file, merged, UNetConfig.class);
    }

    /** Writes a file that diffusers opens, with every key. */
    public static void write(Path path, UNetConfig config) throws IOException {
        JsonFiles.write(path, toObject(config));
    }

    /** The object that {@link #write} writes. */
    public static ObjectNode toObject(UNetConfig config) {
        ObjectNode object = toPlainObject(config);
        object.put("_class_name", CLASS_NAME);
        object.put("_diffusers_version", DIFFUSERS_VERSION);
        return object;
    }

    private static ObjectNode toPlainObject(UNetConfig config) {
        ObjectNode object = JsonFiles.toObject(config);
        JsonNode height = object.remove("sample_height");
        JsonNode width = object.remove("sample_width");
        object.set(
                "sample_size",
                height.equals(width) ? height : object.arrayNode().add(height).add(width));
        double freqShift = config.freqShift();
        if (freqShift == Math.rint(freqShift) && Math.abs(freqShift) < 1 << 20) { // an int in diffusers
            object.put("freq_shift", (int) freqShift);
        }
        if (config.midBlockScaleFactor() == 1) { // a float in diffusers, but for its default
            object.put("mid_block_scale_factor", 1);
        }
        return object;
    }

    /** Other spellings that diffusers accepts. */
    private static void modernise(ObjectNode object) {
        JsonNode actFn = object.get("act_fn");
        if (actFn != null && actFn.asText().equalsIgnoreCase("swish")) {
            object.put("act_fn", "silu");
        }
        for (String key : List.of("down_block_types", "up_block_types")) {
            if (object.get(key) instanceof ArrayNode types) {
                for (int i = 0; i < types.size(); i++) {
                    if (types.get(i).asText().startsWith("UNetRes")) {
                        types.set(i, TextNode.valueOf(types.get(i).asText().substring("UNetRes".length())));
                    }
                }
            }
        }
        for (String key : List.of("downsample_type", "upsample_type")) {
            if (object.get(key) instanceof NullNode) {
                object.remove(key);
            }
        }
    }

    private static void splitSampleSize(String file, ObjectNode object) throws InvalidModelException {
        JsonNode size = object.remove("sample_size");
        boolean pair = size.isArray() && size.size() == 2;
        if (!pair && !size.isInt() && !size.isNull()) {
            throw new InvalidModelException(
                    file + ": sample_size " + size + " must be a whole number, [height, width] or null");
        }
        object.set("sample_height", pair ? size.get(0) : size);
        object.set("sample_width", pair ? size.get(1) : size);
    }
}
