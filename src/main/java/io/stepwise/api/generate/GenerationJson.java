package io.stepwise.api.generate;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.databind.util.StdConverter;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.diffusion.sampler.SamplerOptions;
import io.stepwise.diffusion.sampler.Spacing;
import io.stepwise.image.ImageFormat;
import io.stepwise.image.Pixels;
import io.stepwise.image.Png;
import io.stepwise.schema.MessageJson;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.SourceImage;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@link GenerationRequest} as JSON: read from requests and written into images. Fields that do not affect the images
 * are not written.
 */
public final class GenerationJson {
    /** Binds messages of generations that have already been checked. */
    public static final JsonMapper MAPPER = MessageJson.mapper()
            .addMixIn(GenerationRequest.class, RequestJson.class)
            .addMixIn(SourceImage.class, SourceJson.class)
            .addMixIn(SamplerName.class, Named.class)
            .addMixIn(Spacing.class, Named.class)
            .addMixIn(ImageFormat.class, Named.class)
            .build();

    private static final List<String> NO_PART_OF_THE_IMAGE = List.of("priority", "deadline_ms");

    private GenerationJson() {}

    /** The request that reproduces {@code generation}. */
    static ObjectNode write(Generation generation) {
        GenerationRequest request = generation.request();
        ObjectNode fields = MAPPER.valueToTree(request);
        fields.put("model", generation.model()).put("version", generation.version());
        fields.remove(NO_PART_OF_THE_IMAGE);
        SourceImage source = request.source();
        if (source != null) {
            fields.setAll(MAPPER.<ObjectNode>valueToTree(source));
            fields.remove(source.mask() == null ? "resample" : "add_noise");
        }
        return fields.removeNulls();
    }

    /** The fields that differ from the record's components. */
    private interface RequestJson {
        @JsonUnwrapped
        SamplerOptions options();

        @JsonDeserialize(using = MessageJson.UnsignedReader.class)
        @JsonSerialize(using = MessageJson.UnsignedWriter.class)
        long seed();

        @JsonDeserialize(using = MessageJson.UnsignedReader.class)
        @JsonSerialize(using = MessageJson.UnsignedWriter.class)
        @Nullable
        Long interpolateTo();

        @JsonDeserialize(using = MessageJson.UnsignedReader.class)
        @JsonSerialize(using = MessageJson.UnsignedWriter.class)
        @Nullable
        Long variationSeed();

        @JsonDeserialize(using = MessageJson.TextOrNumberReader.class)
        @Nullable
        String label();

        @JsonProperty("deadline_ms")
        @JsonDeserialize(using = Milliseconds.class)
        @JsonSerialize(using = ToStringSerializer.class)
        @Nullable
        Duration deadline();

        @JsonProperty(access = JsonProperty.Access.WRITE_ONLY)
        @Nullable
        SourceImage source();
    }

    /** The fields that differ from the record's components. */
    private interface SourceJson {
        @JsonSerialize(converter = Base64Png.class)
        Pixels image();

        @JsonSerialize(converter = Base64Png.class)
        @Nullable
        Pixels mask();

        @JsonProperty("resample")
        int resamples();
    }

    /** Constants whose name for clients differs from their Java name. */
    private interface Named {
        @JsonValue
        String wireName();
    }

    private static final class Milliseconds extends JsonDeserializer<Duration> {
        @Override
        public Duration deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return Duration.ofMillis(parser.getLongValue());
        }
    }

    private static final class Base64Png extends StdConverter<Pixels, String> {
        @Override
        public String convert(Pixels picture) {
            return Base64.getEncoder().encodeToString(Png.encode(picture, Map.of()));
        }
    }
}
