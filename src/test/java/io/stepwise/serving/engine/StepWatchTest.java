package io.stepwise.serving.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.serving.request.EngineWatch;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What operators see of steps, without engines. */
class StepWatchTest {
    private long now = 1_000_000_000;
    private final StepScheduler scheduler = new StepScheduler(64, EngineSettings.DEFAULT_STRETCH, 1, () -> now);
    private final StepWatch watch = new StepWatch(scheduler, 64);
    private final FakeModel model = new FakeModel(1000, 10, 8);

    private Batch batch() throws InterruptedException {
        return Objects.requireNonNull(scheduler.next());
    }

    @Test
    void look_afterAStep_saysWhoseRowsItHad() throws Exception {
        Job two = model.job(5, 2, 5, null, 1, now);
        Job guided = model.job(5, 1, 5, null, 3, now);
        scheduler.admit(two);
        scheduler.admit(guided);
        try (EngineWatch.Viewer viewer = watch.view()) {
            Batch batch = batch();
            watch.stepped(1, batch, 7_000);
            now += 2_000_000;

            EngineWatch.Seen seen = viewer.look();

            assertThat(seen.lost()).isZero();
            assertThat(seen.steps()).hasSize(1);
            EngineWatch.Step step = seen.steps().get(0);
            assertThat(step.engine()).isEqualTo(1);
            assertThat(step.ago()).isEqualTo(Duration.ofMillis(2));
            assertThat(step.took()).isEqualTo(Duration.ofNanos(7_000));
            assertThat(step.rows()).isEqualTo(4);
            assertThat(step.best()).isEqualTo(8);
            assertThat(step.shares())
                    .containsExactlyInAnyOrder(
                            new EngineWatch.Share(two.number(), 2), new EngineWatch.Share(guided.number(), 2));
            assertThat(viewer.look().steps()).as("seen once").isEmpty();
        }
    }

    @Test
    void look_tooSeldom_losesSteps_andCountsThem() throws Exception {
        scheduler.admit(model.job(5, 1, 5, null, 1, now));
        Batch batch = batch();
        try (EngineWatch.Viewer slow = watch.view();
                EngineWatch.Viewer quick = watch.view()) {
            for (int i = 0; i < StepWatch.MOST_KEPT; i++) {
                watch.stepped(0, batch, 1);
            }
            assertThat(quick.look().steps()).hasSize(StepWatch.MOST_KEPT);
            watch.stepped(0, batch, 2);
            watch.stepped(0, batch, 3);

            assertThat(quick.look().steps()).hasSize(2);
            EngineWatch.Seen late = slow.look();
            assertThat(late.steps()).hasSize(StepWatch.MOST_KEPT);
            assertThat(late.lost()).isEqualTo(2);
            assertThat(slow.look()).isEqualTo(new EngineWatch.Seen(List.of(), 0));
        }
    }

    @Test
    void look_afterItIsClosed_seesNothing() throws Exception {
        scheduler.admit(model.job(5, 1, 5, null, 1, now));
        EngineWatch.Viewer viewer = watch.view();
        viewer.close();

        watch.stepped(0, batch(), 1);

        assertThat(viewer.look().steps()).isEmpty();
    }

    @Test
    void queue_requests_areInTheOrderInWhichTheyGo() throws Exception {
        Job longer = model.job(50, 2, 5, null, 1, now);
        Job shorter = model.job(5, 1, 7, null, 1, now);
        scheduler.admit(longer);
        scheduler.admit(shorter);
        now += 3_000_000;

        List<EngineWatch.Queued> before = watch.queue(10);
        scheduler.stepped(batch(), 1);
        List<EngineWatch.Queued> after = watch.queue(1);

        assertThat(before).extracting(EngineWatch.Queued::id).containsExactly(shorter.number(), longer.number());
        EngineWatch.Queued last = before.get(1);
        assertThat(List.of(last.images(), last.steps(), last.priority())).containsExactly(2, 50, 5);
        assertThat(last.rowsLeft()).isEqualTo(100);
        assertThat(last.waited()).isEqualTo(Duration.ofMillis(3));
        assertThat(last.begun()).isFalse();
        assertThat(after).singleElement().satisfies(first -> {
            assertThat(first.id()).isEqualTo(shorter.number());
            assertThat(first.begun()).isTrue();
            assertThat(first.rowsLeft()).isEqualTo(4);
        });
    }
}
