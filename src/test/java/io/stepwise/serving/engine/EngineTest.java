package io.stepwise.serving.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepwise.Waiting;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.sampling.Row;
import io.stepwise.serving.request.EngineWatch;
import io.stepwise.serving.request.GenerationRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Engines whose steps fail as told. */
@Tag("libtorch")
class EngineTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final StepScheduler scheduler = new StepScheduler(64, 2, 2, System::nanoTime);
    private final EngineMetrics metrics = new EngineMetrics(registry, scheduler);
    private final StepWatch watch = new StepWatch(scheduler, 64);
    private final List<Engine> engines = new ArrayList<>();

    /** A model whose steps and states are the test's. */
    private static final class Faulty implements EngineModel {
        private final FakeModel fake = new FakeModel(1, 1, 8);
        private final Consumer<List<Row>> step;
        private final Function<Row, float[]> state;
        private final ConcurrentHashMap<Integer, Integer> rebuilt = new ConcurrentHashMap<>();

        Faulty(Consumer<List<Row>> step, Function<Row, float[]> state) {
            this.step = step;
            this.state = state;
        }

        Job job(int steps) {
            GenerationRequest request =
                    new GenerationRequest(null, null, 1, steps, steps, SamplerName.DDIM, null, 1, 5, null);
            return FakeModel.job(request, this, steps, System.nanoTime());
        }

        @Override
        public StepTimes times() {
            return fake.times();
        }

        @Override
        public void prepare(Row row) {
            fake.prepare(row);
        }

        @Override
        public void rebuild(int engine) {
            rebuilt.merge(engine, 1, Integer::sum);
        }

        @Override
        public Stepper stepper(int engine) {
            return new Stepper() {
                @Override
                public void step(List<Row> rows) {
                    step.accept(rows);
                    rows.forEach(Row::skip);
                }

                @Override
                public float[] state(Row row) {
                    return state.apply(row);
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
    }

    private void start() {
        for (int i = 0; i < 2; i++) {
            Engine engine = new Engine(i, 1, scheduler, metrics, watch);
            engines.add(engine);
            engine.start();
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        scheduler.close();
        for (Engine engine : engines) {
            engine.close();
        }
    }

    private static Job.Result get(Job job) throws Exception {
        return job.result().get(1, TimeUnit.MINUTES);
    }

    /** The row of 13 steps is what breaks a step, with an error as libtorch or the JVM may throw it. */
    @Test
    void step_oneRowBreaksIt_failsThatRequestAlone() throws Exception {
        Faulty model = new Faulty(
                rows -> {
                    if (rows.stream().anyMatch(row -> row.stepsLeft() == 7)) {
                        throw new OutOfMemoryError("device");
                    }
                },
                row -> new float[1]);
        List<Job> good = List.of(model.job(4), model.job(5), model.job(6));
        Job bad = model.job(13);
        good.forEach(scheduler::admit);
        scheduler.admit(bad);
        start();

        for (Job job : good) {
            assertThat(get(job).states()).hasSize(1);
        }
        assertThatThrownBy(() -> get(bad))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseInstanceOf(OutOfMemoryError.class);
        assertThat(model.rebuilt).isNotEmpty();
        assertThat(registry.get("stepwise.engine.failures").counters())
                .anySatisfy(failures -> assertThat(failures.count()).isPositive());
        Job later = model.job(3);
        scheduler.admit(later);
        assertThat(get(later).states()).as("the pool goes on").hasSize(1);
    }

    @Test
    void steps_areShown_toThoseWhoWatch() throws Exception {
        Faulty model = new Faulty(rows -> {}, row -> new float[1]);
        try (EngineWatch.Viewer viewer = watch.view()) {
            Job job = model.job(6);
            scheduler.admit(job);
            start();
            get(job);

            List<EngineWatch.Step> steps = new ArrayList<>(viewer.look().steps());
            Waiting.await("the last step is shown", () -> {
                steps.addAll(viewer.look().steps());
                return steps.size() == 6;
            });
            assertThat(steps).allSatisfy(step -> assertThat(step.shares())
                    .containsExactly(new EngineWatch.Share(job.number(), 1)));
        }
    }

    /** What breaks once may have been anybody's fault: nobody pays for it. */
    @Test
    void step_failsOnce_costsNothing() throws Exception {
        boolean[] broken = {false};
        Faulty model = new Faulty(
                rows -> {
                    synchronized (broken) {
                        if (!broken[0] && rows.size() > 1) {
                            broken[0] = true;
                            throw new IllegalStateException("once");
                        }
                    }
                },
                row -> new float[1]);
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            jobs.add(model.job(10 + i));
        }
        jobs.forEach(scheduler::admit);
        start();

        for (Job job : jobs) {
            assertThat(get(job).states()).hasSize(1);
        }
        assertThat(broken[0]).isTrue();
    }

    @Test
    void finish_numbersThatAreNotFinite_failThatRequestAlone() throws Exception {
        Faulty model = new Faulty(rows -> {}, row -> new float[] {0, Float.NaN});
        Faulty sound = new Faulty(rows -> {}, row -> new float[1]);
        Job bad = model.job(3);
        Job good = sound.job(3);
        scheduler.admit(bad);
        scheduler.admit(good);
        start();

        assertThat(get(good).states()).hasSize(1);
        assertThatThrownBy(() -> get(bad))
                .hasRootCauseMessage(bad.model() + " made numbers that are not finite of seed 3");
    }
}
