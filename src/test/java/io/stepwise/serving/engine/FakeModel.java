package io.stepwise.serving.engine;

import io.stepwise.diffusion.BetaCurve;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.Prediction;
import io.stepwise.diffusion.Trajectory;
import io.stepwise.diffusion.sampler.Ddim;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.diffusion.sampler.Spacing;
import io.stepwise.sampling.Row;
import io.stepwise.serving.request.GenerationRequest;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A model whose steps compute nothing and take {@code fixed + perRow · rows} nanoseconds of a fake clock. */
public final class FakeModel implements EngineModel {
    private static final NoiseSchedule SCHEDULE = NoiseSchedule.of(BetaCurve.LINEAR, 1000);

    private final StepTimes times;
    private int rebuilt;

    public FakeModel(double fixed, double perRow, int most) {
        int[] sizes = IntStream.rangeClosed(1, most).toArray();
        times = new StepTimes(
                sizes,
                IntStream.of(sizes).mapToDouble(size -> fixed + perRow * size).toArray());
    }

    /** A job of this model, which arrives at {@code now}. */
    public Job job(int steps, int n, int priority, @Nullable Duration deadline, double guidance, long now) {
        GenerationRequest request =
                new GenerationRequest(null, null, n, 1, steps, SamplerName.DDIM, null, guidance, priority, deadline);
        return job(request, this, steps, now);
    }

    /** A job of some model, whose rows come from noise alone. */
    public static Job job(GenerationRequest request, EngineModel model, int steps, long now) {
        List<Row> rows = IntStream.range(0, request.n())
                .mapToObj(i -> new Row(trajectory(steps), request.seed(), i, 0, request.guidance()))
                .toList();
        Duration allowed = Objects.requireNonNullElse(request.deadline(), Duration.ofDays(1));
        return new Job(request, model, rows, now, allowed, null);
    }

    static Trajectory trajectory(int steps) {
        return Ddim.of(0, Spacing.TRAILING).trajectory(SCHEDULE, Prediction.EPSILON, steps);
    }

    int rebuilt() {
        return rebuilt;
    }

    @Override
    public StepTimes times() {
        return times;
    }

    @Override
    public void prepare(Row row) {
        // nothing to do ahead
    }

    @Override
    public Stepper stepper(int engine) {
        return new Stepper() {
            @Override
            public void step(List<Row> rows) {
                rows.forEach(Row::skip);
            }

            @Override
            public float[] state(Row row) {
                return new float[0];
            }

            @Override
            public float[] estimate(Row row) {
                return state(row);
            }

            @Override
            public void close() {
                // holds nothing
            }
        };
    }

    @Override
    public void rebuild(int engine) {
        rebuilt++;
    }
}
