package io.stepwise.api.inference;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.stepwise.image.Pixels;
import io.stepwise.serving.request.Generation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The answer to an inference request. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record InferenceResponse(
        @JsonProperty("model_name") String modelName,
        @JsonProperty("model_version") String modelVersion,
        @Nullable String id,
        List<Output> outputs) {

    /**
     * An output tensor.
     *
     * @param data its elements in row-major order: an array of numbers
     */
    record Output(String name, String datatype, List<Integer> shape, Object data) {}

    /** @param generations at least one, each of one image, all of one version */
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
