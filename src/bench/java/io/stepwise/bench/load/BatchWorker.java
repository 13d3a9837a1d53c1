package io.stepwise.bench.load;

import io.stepwise.sampling.Row;
import io.stepwise.sampling.StepLoop;
import io.stepwise.serving.request.NotReadyException;
import io.stepwise.serving.versions.ServedModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A thread of {@link RequestBatching}. It takes a batch, runs it to its end, answers its requests and takes the next
 * batch.
 */
final class BatchWorker implements Runnable {
    private final ServedModel model;
    private final BatchQueue queue;
    private final int most;
    private final int engine;

    private record Member(BatchedRequest request, Row row) {}

    /**
     * Creates a worker.
     *
     * @param most largest number of images computed at a time, at least 1
     * @param engine its number, from 0
     */
    BatchWorker(ServedModel model, BatchQueue queue, int most, int engine) {
        this.model = model;
        this.queue = queue;
        this.most = most;
        this.engine = engine;
    }

    @Override
    public void run() {
        try (StepLoop loop = model.newLoop(engine)) {
            while (!Thread.currentThread().isInterrupted()) {
                serve(queue.take(), loop);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the worker is stopped by an interrupt
        }
    }

    private void serve(List<BatchedRequest> batch, StepLoop loop) {
        batch.forEach(BatchedRequest::started);
        try {
            List<Member> part = new ArrayList<>();
            for (BatchedRequest request : batch) {
                for (int image = 0; image < request.request().n(); image++) {
                    part.add(new Member(request, start(request, image, loop)));
                    if (part.size() == most) {
                        run(part, loop);
                        part.clear();
                    }
                }
            }
            run(part, loop);
            batch.stream().filter(request -> !request.result().isDone()).forEach(request -> request.answer(model));
        } catch (RuntimeException e) {
            batch.forEach(request -> request.fail(e));
        }
    }

    private Row start(BatchedRequest request, int image, StepLoop loop) {
        return loop.start(
                request.trajectory(),
                request.request().seed(),
                image,
                model.labels().number(request.request(), image),
                request.request().guidance());
    }

    /** Runs {@code part} until its last row is done, and adds the images to their requests. */
    private void run(List<Member> part, StepLoop loop) {
        try {
            List<Member> left = running(part);
            while (!left.isEmpty()) {
                loop.step(left.stream().map(Member::row).toList());
                for (Member member : left) {
                    member.request().stepped(left.size());
                }
                if (Thread.currentThread().isInterrupted()) {
                    NotReadyException stopping = new NotReadyException("Stopping.", Duration.ofSeconds(1));
                    part.forEach(member -> member.request().fail(stopping));
                }
                left = running(left);
            }
            part.stream().filter(member -> member.row().isDone()).forEach(member -> member.request()
                    .made(loop.state(member.row())));
        } finally {
            part.forEach(member -> loop.remove(member.row()));
        }
    }

    /** The rows that have steps left and whose requests still need an answer. */
    private static List<Member> running(List<Member> members) {
        return members.stream()
                .filter(member ->
                        !member.row().isDone() && !member.request().result().isDone())
                .toList();
    }
}
