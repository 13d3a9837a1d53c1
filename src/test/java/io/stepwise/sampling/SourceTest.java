package io.stepwise.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.diffusion.BetaCurve;
import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.NoiseLevel;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.Prediction;
import io.stepwise.diffusion.RePaintCase;
import io.stepwise.diffusion.Trajectory;
import io.stepwise.diffusion.sampler.Ddim;
import io.stepwise.diffusion.sampler.DpmSolverPP;
import io.stepwise.diffusion.sampler.SamplerDefaults;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.diffusion.sampler.SamplerOptions;
import io.stepwise.diffusion.sampler.Spacing;
import io.stepwise.diffusion.sampler.TimeGrid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rows that are made from an image. */
@Tag("libtorch")
class SourceTest {
    private static final Shape IMAGE = new Shape(3, 4, 4);
    private static final int PIXELS = 48;
    private static final DiscreteTime NETWORK =
            new DiscreteTime(NoiseSchedule.of(BetaCurve.LINEAR, 1000), Prediction.EPSILON);

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    /** RePaint's reference, alone and beside rows of other numbers of registers, of which one is known in part, too. */
    @Test
    void step_knownPart_isTheReferencesAlsoBesideOthers() {
        RePaintCase golden = RePaintCase.all().get(0);
        DiscreteTime other = new DiscreteTime(NoiseSchedule.of(BetaCurve.LINEAR, 50), Prediction.EPSILON);
        List<float[]> alone = new ArrayList<>();
        for (boolean beside : new boolean[] {false, true}) {
            try (NDManager manager = NDManager.newBaseManager();
                    StepLoop loop = StepLoop.around(
                            manager,
                            new FakeNetworks(List.of(golden.network(), golden.network())),
                            IMAGE,
                            0,
                            (seed, image, draw, out, offset, length) -> System.arraycopy(
                                    floats(golden.noise()
                                            .get(draw % golden.noise().size())),
                                    0,
                                    out,
                                    offset,
                                    length))) {
                Source source = new Source(floats(golden.image()), floats(golden.mask()), Source.Start.NOISE);
                Row row = new Row(golden.trajectory(), new NoiseKey(0, 0, null), 0, Guidance.fromNoLabel(1), source);
                List<Row> rows = new ArrayList<>(List.of(row));
                if (beside) {
                    rows.add(
                            0,
                            new Row(DpmSolverPP.secondOrder(TimeGrid.LINSPACE).trajectory(other, 20), 0, 0, 1, 1));
                    rows.add(new Row(Ddim.of(0, Spacing.LEADING).trajectory(other, 10), 0, 0, 1, 1));
                }
                while (!row.isDone()) {
                    loop.step(rows.stream().filter(each -> !each.isDone()).toList());
                }
                float[] state = loop.state(row);
                double[] expected = golden.x().get(golden.x().size() - 1);
                for (int i = 0; i < PIXELS; i++) {
                    assertThat((double) state[i]).isCloseTo(expected[i], offset(1e-5));
                }
                alone.add(state);
                rows.forEach(Row::close);
            }
        }
        assertThat(alone.get(1)).isEqualTo(alone.get(0));
    }

    @Test
    void state_startingFromAnImage_isTheImageWithNoiseOnIt() {
        Trajectory trajectory = Ddim.of(0, Spacing.LEADING).trajectory(NETWORK, 10, 0.5);
        NoiseLevel start = trajectory.start();
        float[] image = new float[PIXELS];
        for (int i = 0; i < PIXELS; i++) {
            image[i] = i / 48f;
        }
        try (NDManager manager = NDManager.newBaseManager();
                StepLoop loop = StepLoop.around(
                        manager, new FakeNetworks(List.of()), IMAGE, 0, (seed, index, draw, out, offset, length) -> {
                            Arrays.fill(out, offset, offset + length, 0.5f);
                        });
                Row row = new Row(
                        trajectory,
                        new NoiseKey(0, 0, null),
                        0,
                        Guidance.fromNoLabel(1),
                        new Source(image, null, Source.Start.NOISED_IMAGE))) {
            float[] state = loop.state(row);
            assertThat(row.stepsLeft()).isEqualTo(5);
            assertThat(start.alpha()).isBetween(0.3, 0.9);
            for (int i = 0; i < PIXELS; i++) {
                assertThat((double) state[i]).isCloseTo(start.alpha() * image[i] + start.sigma() * 0.5, offset(1e-6));
            }
        }
    }

    @Test
    void source_masksOfAnotherSize_isRefused() {
        assertThatThrownBy(() -> new Source(new float[3], new float[2], Source.Start.NOISE))
                .hasMessage("known has 2 elements, must have 3 as the image");
    }

    @Test
    void estimate_ofEverySampler_endsWithTheImageAndChangesNothing() {
        for (SamplerName name : SamplerName.values()) {
            Trajectory plain =
                    name.sampler(SamplerOptions.USUAL, SamplerDefaults.USUAL).trajectory(NETWORK, 6);
            try (NDManager manager = NDManager.newBaseManager();
                    StepLoop loop = StepLoop.around(
                            manager,
                            (x, t, y, scope) -> x.mul(.1f),
                            IMAGE,
                            0,
                            (seed, index, draw, out, offset, length) ->
                                    Arrays.fill(out, offset, offset + length, 0.5f + draw));
                    Row without = new Row(plain, 0, 0, 0, 1);
                    Row with = new Row(plain.withEstimate(), 0, 0, 0, 1)) {
                while (!with.isDone()) {
                    loop.step(List.of(without));
                    loop.step(List.of(with));
                    assertThat(loop.state(with)).as(name.wireName()).isEqualTo(loop.state(without));
                }
                assertThat(loop.estimate(with)[0]).as(name.wireName()).isNotEqualTo(0);
                if (name.equals("ddim") || name.equals("ddpm")) { // whose last step goes to the clean image
                    assertThat((double) loop.estimate(with)[0]).isCloseTo(loop.state(with)[0], offset(1e-3));
                }
            }
        }
    }
}
