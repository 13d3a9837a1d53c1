package io.stepwise.api.inference;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.stepwise.image.Pixels;
import io.stepwise.serving.request.Generation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The answer to an inference request. */
@Schema(
        name = "InferenceResponse",
        description = "The images as a tensor, and the seeds they were made of.",
        requiredProperties = {"model_name", "model_version", "outputs"})
@JsonInclude(JsonInclude.Include.NON_NULL)
record InferenceResponse(
        @JsonProperty("model_name") @Schema(description = "The model that made the images.") String modelName,
        @JsonProperty("model_version") @Schema(description = "The version of it.", examples = "1") String modelVersion,
        @Schema(description = "As in the request, if it has one.") @Nullable String id,
        @Schema(description = "Those asked for, in that order.") List<Output> outputs) {

    /**
     * An output tensor.
     *
     * @param data its elements in row-major order: an array of numbers
     */
    @Schema(
            name = "InferenceOutput",
            description = "An output: images UINT8 [n,H,W,C] or seed INT64 [n].",
            requiredProperties = {"name", "datatype", "shape", "data"})
    record Output(
            @Schema(enumeration = {InferenceReader.IMAGES, InferenceReader.SEED}) String name,
            @Schema(enumeration = {"UINT8", "INT64"}) String datatype,
            @Schema(examples = "[1, 32, 32, 3]") List<Integer> shape,
            @Schema(description = "The elements in row-major order.", implementation = long[].class) Object data) {}

    /** @param generations of one image each, at least one, of one version */
    static InferenceResponse of(List<Generation> generations, InferenceReader.ParsedInference parsed) {
        Generation first = generations.get(0);
        List<Output> outputs = new ArrayList<>();
        for (String name : parsed.outputs()) {
            outputs.add(name.equals(InferenceReader.IMAGES) ? images(generations) : seeds(generations));
        }
        return new InferenceResponse(first.model(), Integer.toString(first.version()), orNull(parsed.id()), outputs);
    }

    private static @Nullable String orNull(Optional<String> id) {
        return id.orElse(null);
    }

    private static Output images(List<Generation> generations) {
        List<Pixels> pixels = generations.stream()
                .map(generation -> generation.images().get(0).pixels())
                .toList();
        Pixels first = pixels.get(0);
        int size = first.data().length;
        int[] data = new int[size * pixels.size()];
        for (int i = 0; i < data.length; i++) {
            data[i] = pixels.get(i / size).data()[i % size] & 0xff;
        }
        return new Output(
                InferenceReader.IMAGES,
                "UINT8",
                List.of(pixels.size(), first.height(), first.width(), first.channels()),
                data);
    }

    private static Output seeds(List<Generation> generations) {
        long[] seeds = generations.stream()
                .mapToLong(generation -> generation.request().seed())
                .toArray();
        return new Output(InferenceReader.SEED, "INT64", List.of(seeds.length), seeds);
    }
}
