package io.stepwise.api.inference;

import io.stepwise.serving.ModelCard;
import java.util.Arrays;
import java.util.List;

/** The metadata of a model in the Open Inference Protocol. */
record InferenceMetadata(
        String name, List<String> versions, String platform, List<Tensor> inputs, List<Tensor> outputs) {

    private static final String PLATFORM = "pytorch_torchscript";
    private static final int ANY = -1;

    /** An input or an output. */
    record Tensor(String name, String datatype, List<Integer> shape) {}

    static InferenceMetadata of(ModelCard card, List<Integer> versions) {
        List<Tensor> inputs = Arrays.stream(InferenceInput.values())
                .filter(input -> !card.labels().isEmpty() || input.isForEveryModel())
                .map(input -> new Tensor(input.wireName(), input.datatype(), List.of(ANY)))
                .toList();
        Tensor images =
                new Tensor(InferenceReader.IMAGES, "UINT8", List.of(ANY, card.height(), card.width(), card.channels()));
        return new InferenceMetadata(
                card.model(),
                versions.stream().map(String::valueOf).toList(),
                PLATFORM,
                inputs,
                List.of(images, new Tensor(InferenceReader.SEED, "INT64", List.of(ANY))));
    }
}
