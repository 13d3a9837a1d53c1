package io.stepwise.api.inference;

import io.stepwise.serving.ModelCard;
import java.util.Arrays;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A model as clients of the Open Inference Protocol see it. */
@Schema(
        name = "InferenceModel",
        description = "A model.",
        requiredProperties = {"name", "versions", "platform", "inputs", "outputs"})
record InferenceMetadata(
        @Schema(examples = "faces") String name,
        @Schema(description = "The versions that can be asked for, ascending.", examples = "[\"1\"]")
                List<String> versions,
        @Schema(enumeration = PLATFORM) String platform,
        @Schema(description = "What it takes; every input can be left out, unless images can only be made of a class.")
                List<Tensor> inputs,
        @Schema(description = "What it makes.") List<Tensor> outputs) {

    private static final String PLATFORM = "pytorch_torchscript";
    private static final int ANY = -1;

    /** What an input or an output is. */
    @Schema(
            name = "InferenceTensor",
            description = "What an input or an output is.",
            requiredProperties = {"name", "datatype", "shape"})
    record Tensor(
            String name,
            @Schema(examples = "INT64") String datatype,
            @Schema(description = "-1 is any number.", examples = "[-1]") List<Integer> shape) {}

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
