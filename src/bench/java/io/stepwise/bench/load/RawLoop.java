package io.stepwise.bench.load;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import io.stepwise.diffusion.Clip;
import io.stepwise.diffusion.ReverseStep;
import io.stepwise.diffusion.Trajectory;
import io.stepwise.model.Network;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.versions.ServedModel;
import io.stepwise.torchscript.LinkedProgram;
import io.stepwise.torchscript.Program;
import java.nio.LongBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A loop without a service: rows of deterministic DDIM in lockstep, one native call per step, nothing else. Its rate
 * with the same threads is an upper limit for every way of serving.
 */
final class RawLoop implements AutoCloseable {
    /** x' = a·x + b·clip(p·x + q·out) + c·out, see {@link ReverseStep}. */
    private static final String STEP =
            """
  def raw_step(self: __torch__.M, w: List[Tensor], x: Tensor, t: Tensor, y: Tensor, p: float, q: float, limit: float, a: float, b: float, c: float) -> Tensor:
    out = (self).fwd(w, x, t, y, )
    x0 = torch.clamp(torch.add(torch.mul(x, p), out, alpha=q), -limit, limit)
    return torch.add(torch.add(torch.mul(x, a), x0, alpha=b), out, alpha=c)
""";

    private static final int WARM_UP = 3;
    private static final double UNLIMITED = 1e9;

    private final ServedModel model;
    private final Trajectory trajectory;
    private final long label;
    private final Workers workers;
    private final ExecutorService threads;
    private final NDManager manager = NDManager.newBaseManager();

    /**
     * Creates the loop.
     *
     * @param model the caller closes it after this loop
     * @param request defines the steps to repeat; a DDIM request without guidance and fresh noise
     */
    RawLoop(ServedModel model, GenerationRequest request, Workers workers) {
        this.model = model;
        this.workers = workers;
        trajectory = model.trajectory(request);
        label = model.labels().number(request, 0);
        if (trajectory.registers() != 1 || trajectory.steps().stream().anyMatch(ReverseStep::draws)) {
            throw new IllegalArgumentException("sampler " + request.sampler() + " must be DDIM without noise");
        }
        threads = Executors.newFixedThreadPool(workers.engines(), workers.factory("raw-loop"));
    }

    /**
     * Measures the row-steps per second of all workers together for {@code time}; each worker has {@code batch} rows.
     */
    double rate(int batch, Duration time) throws InterruptedException {
        return run(workers.engines(), batch, lane -> lane.rate(time));
    }

    /** Measures the row-steps per second of one worker with one row, while the other workers are idle. */
    double loneRate(Duration time) throws InterruptedException {
        return run(1, 1, lane -> lane.rate(time));
    }

    /** Measures the seconds of one worker for {@code steps} steps of one row, while the other workers are idle. */
    double loneSeconds(int steps) throws InterruptedException {
        return run(1, 1, lane -> lane.seconds(steps));
    }

    private interface Measure {
        double of(Lane lane);
    }

    private double run(int lanes, int batch, Measure measure) throws InterruptedException {
        Callable<Double> work = () -> {
            try (Lane lane = new Lane(batch)) {
                lane.seconds(WARM_UP);
                return measure.of(lane);
            }
        };
        List<Future<Double>> running = new ArrayList<>();
        for (int i = 0; i < lanes; i++) {
            running.add(threads.submit(work));
        }
        double sum = 0;
        try {
            for (Future<Double> one : running) {
                sum += one.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("the raw loop failed", e.getCause());
        }
        return sum;
    }

    /** The rows of one worker with all prepared arguments. */
    private final class Lane implements AutoCloseable {
        private final int batch;
        private final Network net = model.network(0).net();
        private final NDManager scope = manager.newSubManager();
        private final LinkedProgram linked = model.network(0).link(STEP);
        private final List<NDArray> timesteps = new ArrayList<>();
        private final List<IValue[]> coefficients = new ArrayList<>();
        private final NDArray labels;
        private final NDArray noise;
        private NDArray x;
        private int position;

        Lane(int batch) {
            this.batch = batch;
            long[] classes = new long[batch];
            Arrays.fill(classes, label);
            labels = scope.create(LongBuffer.wrap(classes), new Shape(batch));
            noise = scope.randomNormal(new Shape(batch, net.channels(), net.height(), net.width()));
            x = noise;
            for (ReverseStep step : trajectory.steps()) {
                timesteps.add(scope.full(new Shape(batch), (float) step.timestep()));
                double[] m = step.matrix();
                double limit = step.clip() instanceof Clip.Range range ? range.limit() : UNLIMITED;
                coefficients.add(Arrays.stream(new double[] {step.p(), step.q(), limit, m[0], m[1], m[2]})
                        .mapToObj(IValue::from)
                        .toArray(IValue[]::new));
            }
        }

        void step() {
            IValue[] c = coefficients.get(position);
            try (IValue xs = Program.tensor(x);
                    IValue ts = Program.tensor(timesteps.get(position));
                    IValue ys = Program.tensor(labels)) {
                advance(linked.program()
                        .call("raw_step", scope, linked.weights(), xs, ts, ys, c[0], c[1], c[2], c[3], c[4], c[5]));
            }
        }

        /** Moves to the next step; after the last step, the loop starts again from the noise. */
        private void advance(NDArray next) {
            if (x != noise) {
                x.close();
            }
            position = (position + 1) % timesteps.size();
            x = position == 0 ? noise : next;
            if (x == noise) {
                next.close();
            }
        }

        double seconds(int steps) {
            long start = System.nanoTime();
            for (int i = 0; i < steps; i++) {
                step();
            }
            return (System.nanoTime() - start) / 1e9;
        }

        double rate(Duration time) {
            long start = System.nanoTime();
            long steps = 0;
            long now;
            do {
                step();
                steps++;
                now = System.nanoTime();
            } while (now - start < time.toNanos());
            return steps * batch / ((now - start) / 1e9);
        }

        @Override
        public void close() {
            coefficients.forEach(row -> Arrays.stream(row).forEach(IValue::close));
            linked.program().close();
            scope.close();
        }
    }

    @Override
    public void close() {
        threads.shutdown();
        manager.close();
    }
}
