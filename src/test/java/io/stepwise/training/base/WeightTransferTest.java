package io.stepwise.training.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.model.ParameterSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Networks of three tensors whose numbers can be followed by eye. */
class WeightTransferTest {
    private static final float[] OLD = {1, 2, 10, 20, 30, 40, 7, 8, 50, 60};

    /** A tensor of two, class embeddings of width two, the bias that they are added to, and an output of {@code channels}. */
    private static WeightTransfer.Side side(List<String> labels, int rows, int channels) {
        List<ParameterSpec> parameters = new ArrayList<>();
        parameters.add(new ParameterSpec("conv_in.weight", List.of(2)));
        if (rows > 0) {
            parameters.add(new ParameterSpec("class_embedding.weight", List.of(rows, 2)));
        }
        parameters.add(new ParameterSpec("time_embedding.linear_2.bias", List.of(2)));
        parameters.add(new ParameterSpec("conv_out.weight", List.of(channels, 2)));
        return new WeightTransfer.Side(parameters, labels);
    }

    private static WeightTransfer.Result transfer(WeightTransfer.Side from, WeightTransfer.Side to) {
        int size = from.parameters().stream()
                .mapToInt(parameter -> (int) parameter.size())
                .sum();
        float[] old = new float[size];
        IntStream.range(0, size).forEach(i -> old[i] = OLD[i % OLD.length] + 100 * (i / OLD.length));
        return new WeightTransfer(from, to).of(old);
    }

    @Test
    void of_sameLabels_keepsEverything() {
        WeightTransfer.Side side = side(List.of("a"), 2, 1);
        WeightTransfer.Result result = transfer(side, side);
        assertThat(result.weights()).containsExactly(OLD);
        assertThat(result.kept()).isEqualTo(4);
        assertThat(result.added()).isEmpty();
        assertThat(result.dropped()).isEmpty();
    }

    @Test
    void of_otherLabels_matchesByNameAndStartsNewOnesFromTheMean() {
        WeightTransfer.Result result = transfer(side(List.of("a", "b"), 3, 1), side(List.of("b", "c", "d"), 4, 1));
        // a 10 20, b 30 40, none 7 8; the rest is 50 60 and 101 102
        assertThat(result.weights()).containsExactly(1, 2, 30, 40, 20, 30, 20, 30, 7, 8, 50, 60, 101, 102);
        assertThat(result.kept()).isEqualTo(3);
        assertThat(result.added())
                .containsExactly(
                        "class_embedding of label c, the mean of the old labels",
                        "class_embedding of label d, the mean of the old labels");
        assertThat(result.dropped()).containsExactly("class_embedding of label a");
    }

    @Test
    void of_oldNetworkWithoutNoLabel_startsItFromTheMean() {
        WeightTransfer.Result result = transfer(side(List.of("a", "b"), 2, 1), side(List.of("a", "b"), 3, 1));
        assertThat(result.weights()).containsExactly(1, 2, 10, 20, 30, 40, 20, 30, 7, 8, 50, 60);
        assertThat(result.added()).containsExactly("class_embedding of no label, the mean of the old labels");
    }

    @Test
    void of_classesWithoutNames_areCalledByTheirNumbers() {
        WeightTransfer.Result result = transfer(side(List.of(), 2, 1), side(List.of("1", "x"), 3, 1));
        assertThat(result.weights()).startsWith(1, 2, 30, 40, 20, 30, 20, 30);
        assertThat(result.dropped()).containsExactly("class_embedding of label 0");
    }

    @Test
    void of_networkThatGetsClasses_startsThemAtZero() {
        WeightTransfer.Result result = transfer(side(List.of(), 0, 1), side(List.of("a"), 2, 1));
        assertThat(result.weights()).containsExactly(1, 2, 0, 0, 0, 0, 10, 20, 30, 40);
        assertThat(result.added()).containsExactly("class_embedding, at zero");
    }

    @Test
    void of_networkThatLosesClasses_addsNoLabelToTheTimeEmbedding() {
        WeightTransfer.Result result = transfer(side(List.of("a"), 2, 1), side(List.of(), 0, 1));
        assertThat(result.weights()).containsExactly(1, 2, 7 + 30, 8 + 40, 50, 60);
        assertThat(result.dropped()).singleElement().asString().contains("no label is now a part of time_embedding");
    }

    @Test
    void of_moreOrFewerOutputChannels_keepsThoseThatBothHave() {
        WeightTransfer.Result more = transfer(side(List.of(), 0, 1), side(List.of(), 0, 2));
        assertThat(more.weights()).containsExactly(1, 2, 10, 20, 30, 40, 0, 0);
        assertThat(more.added()).containsExactly("conv_out.weight of output channels 1 … 1, at zero");
        WeightTransfer.Result fewer = transfer(side(List.of(), 0, 2), side(List.of(), 0, 1));
        assertThat(fewer.weights()).containsExactly(1, 2, 10, 20, 30, 40);
        assertThat(fewer.dropped()).containsExactly("conv_out.weight of output channels 1 … 1");
    }

    @Test
    void faults_otherNetwork_namesTheTensors() {
        WeightTransfer.Side old = side(List.of(), 0, 1);
        WeightTransfer.Side other = new WeightTransfer.Side(
                List.of(
                        new ParameterSpec("conv_in.weight", List.of(3)),
                        new ParameterSpec("conv_out.weight", List.of(1, 4)),
                        new ParameterSpec("mid", List.of(1))),
                List.of());
        WeightTransfer transfer = new WeightTransfer(old, other);
        assertThat(transfer.faults())
                .containsExactly(
                        "conv_in.weight has shape [3], in the version [2]",
                        "conv_out.weight has shape [1, 4], in the version [1, 2]",
                        "mid with shape [1] is not in the version",
                        "time_embedding.linear_2.bias with shape [2] is only in the version");
        assertThatThrownBy(() -> transfer.of(OLD)).hasMessageContaining("mid with shape [1]");
    }
}
