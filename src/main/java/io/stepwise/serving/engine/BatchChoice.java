package io.stepwise.serving.engine;

import io.stepwise.sampling.Row;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the rows of a batch from requests in their order; see {@link StepScheduler} for the policy.
 *
 * @param stretch how much longer than alone a request may take for the sake of fuller batches, above 1
 */
record BatchChoice(double stretch) {
    /** After so many times its time alone nothing is done any more for a request that is late. */
    private static final double HOPELESS = 6;

    /**
     * How much more a request that takes at most twice as long as the leader may hold the others up. Left out it would wait
     * for one of them to end, which costs more than it does: with several short requests beside long ones the 99th percentile
     * of their stretch is 2.2 instead of 3.1.
     */
    private static final double AMONG_EQUALS = 1.3;

    /**
     * The next batch, or null if no row waits.
     *
     * @param leaders the first of these that has a waiting row leads
     * @param others fill the batch, in this order
     * @param suspects rows that go alone
     * @param idle engines that wait for work besides the one that asks
     * @param now nanoseconds of the scheduler's clock
     */
    @Nullable
    Batch of(Collection<Job> leaders, Collection<Job> others, Set<Row> suspects, int idle, long now) {
        Job leader = firstWaiting(leaders);
        if (leader == null) {
            return null;
        }
        Batch.Member first = leader.waiting().getFirst();
        if (suspects.contains(first.row())) {
            return new Batch(leader.model(), List.of(first));
        }
        Filling filling = new Filling(leader, most(leader.model(), others, idle), suspects, now);
        filling.take(leader);
        for (Job job : others) {
            if (filling.isFull()) {
                break;
            }
            if (job != leader && job.model() == leader.model()) {
                filling.take(job);
            }
        }
        return filling.batch();
    }

    private static @Nullable Job firstWaiting(Collection<Job> jobs) {
        for (Job job : jobs) {
            if (!job.waiting().isEmpty()) {
                return job;
            }
        }
        return null;
    }

    /** Rows of the network's batch that this engine may take, so that idle ones have as much to do. */
    private static int most(EngineModel model, Collection<Job> jobs, int idle) {
        int best = model.times().best();
        if (idle == 0) {
            return best;
        }
        int enough = best * (idle + 1);
        int waiting = 0;
        for (Job job : jobs) {
            if (waiting >= enough) {
                break;
            }
            if (job.model() == model) {
                for (Batch.Member member : job.waiting()) {
                    waiting += member.networkRows();
                }
            }
        }
        return Math.max(1, Math.min(best, (waiting + idle) / (idle + 1)));
    }

    /** A batch while it is filled. */
    private final class Filling {
        private final Job leader;
        private final EngineModel model;
        private final int most;
        private final Set<Row> suspects;
        private final long now;
        private final List<Batch.Member> members = new ArrayList<>();
        private int networkRows;
        private int inTime = 1;
        private double tightest = Double.POSITIVE_INFINITY;

        Filling(Job leader, int most, Set<Row> suspects, long now) {
            this.leader = leader;
            model = leader.model();
            this.most = most;
            this.suspects = suspects;
            this.now = now;
        }

        boolean isFull() {
            return networkRows >= most;
        }

        void take(Job job) {
            boolean first = true;
            for (Batch.Member member : job.waiting()) {
                boolean fits = members.isEmpty() || networkRows + member.networkRows() <= most;
                if (!fits || suspects.contains(member.row())) {
                    continue;
                }
                if (first) {
                    tightest = Math.min(tightest, slack(job));
                    first = false;
                }
                members.add(member);
                networkRows += member.networkRows();
                if (model.times().nanos(networkRows) <= tightest * allowance(job)) {
                    inTime = members.size();
                }
            }
        }

        private double allowance(Job job) {
            return job != leader && job.soloNanos() <= 2 * leader.soloNanos() ? AMONG_EQUALS : 1;
        }

        /** Nanoseconds that each step of {@code job} may take: as many as lets it be in time, or not much later. */
        private double slack(Job job) {
            long waited = now - job.arrived();
            double left = Math.min(job.nanosLeft(now), stretch * job.soloNanos() - waited);
            if (left >= job.stepsLeft() * job.soloStepNanos()) {
                return left / job.stepsLeft();
            }
            boolean hopeless = waited > HOPELESS * job.soloNanos();
            return hopeless ? Double.POSITIVE_INFINITY : stretch * job.soloStepNanos();
        }

        Batch batch() {
            return new Batch(model, members.subList(0, inTime));
        }
    }
}
