package io.stepwise.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.diffusion.ReverseStep;
import io.stepwise.diffusion.SamplerCase;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.TestAbortedException;

/** The step loop in float32 against the states of diffusers' schedulers: every sampler, clip and learned variance. */
@Tag("libtorch")
class StepLoopGoldenTest {
    private static final Shape IMAGE = new Shape(3, 4, 4);

    /** As the golden vectors' description has it: relative to the largest number of the run. */
    private static double tolerance(SamplerCase golden) {
        double largest = golden.x().stream()
                .flatMapToDouble(DoubleStream::of)
                .map(Math::abs)
                .max()
                .orElseThrow();
        return Math.max(1e-5 * Math.max(1, largest), 5 * golden.float32Deviation());
    }

    @TestFactory
    Stream<DynamicTest> step_oneRow_isTheReferences() {
        return SamplerCase.all().entrySet().stream()
                .map(each -> dynamicTest(
                        each.getKey(), () -> check(List.of(each.getValue().get()))));
    }

    @Test
    void step_allRunsInOneBatch_areTheReferences() {
        check(supported());
    }

    private static List<SamplerCase> supported() {
        List<SamplerCase> cases = new ArrayList<>();
        for (Supplier<SamplerCase> each : SamplerCase.all().values()) {
            try {
                cases.add(each.get());
            } catch (TestAbortedException notSupported) {
                continue; // the test of this case alone reports it
            }
        }
        return cases;
    }

    /** Runs all cases side by side, each as a row whose label is its place in the list, and compares every state. */
    private static void check(List<SamplerCase> cases) {
        FakeNetworks networks =
                new FakeNetworks(cases.stream().map(SamplerCase::network).toList());
        NoiseSource noise = (seed, image, draw, out, offset, length) -> {
            double[] row = cases.get(image).noise(draw);
            for (int i = 0; i < length; i++) {
                out[offset + i] = (float) row[i];
            }
        };
        try (NDManager manager = NDManager.newBaseManager();
                StepLoop loop = StepLoop.around(manager, networks, IMAGE, 0, noise)) {
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < cases.size(); i++) {
                rows.add(loop.start(cases.get(i).trajectory(), 0, i, i, 1));
                assertState(loop, rows.get(i), cases.get(i), 0);
            }
            int[] calls = new int[cases.size()];
            while (!rows.isEmpty()) {
                List<Row> called =
                        rows.stream().filter(row -> row.next().callsNetwork()).toList();
                loop.step(rows);
                for (Row row : called) {
                    assertState(loop, row, cases.get(row.label()), ++calls[row.label()]);
                }
                rows.stream().filter(Row::isDone).forEach(loop::remove);
                rows.removeIf(Row::isDone);
            }
            for (int i = 0; i < calls.length; i++) {
                assertThat(calls[i]).isEqualTo(networkCalls(cases.get(i)));
            }
        }
    }

    private static int networkCalls(SamplerCase golden) {
        return (int) golden.trajectory().steps().stream()
                .filter(ReverseStep::callsNetwork)
                .count();
    }

    private static void assertState(StepLoop loop, Row row, SamplerCase golden, int call) {
        float[] state = loop.state(row);
        double[] expected = golden.x().get(call);
        double greatest = 0;
        for (int i = 0; i < state.length; i++) {
            greatest = Math.max(greatest, Math.abs(state[i] - expected[i])); // NaN stays NaN
        }
        assertThat(greatest)
                .as("greatest difference of %s after call %d", golden.id(), call)
                .isLessThanOrEqualTo(tolerance(golden));
    }
}
