package io.stepwise.serving.engine;

import io.stepwise.sampling.Row;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fills a batch with rows of requests, by the policy of {@link StepScheduler}, whose lock the caller holds. A row costs a
 * look-up of a step's time; nothing is allocated but the batch.
 *
 * @param stretch how much longer than alone a request may take for the sake of fuller batches, above 1
 */
record BatchChoice(double stretch) {
    /**
     * The next batch, or null if no row waits.
     *
     * @param backlog the jobs, whose rows fill the batch in the order of their rank
     * @param oldestLeads whether the oldest job that has a waiting row leads, and not the first by rank
     * @param suspects rows that go alone
     * @param idle how many engines wait for work beside the caller
     * @param now nanoseconds of the scheduler's clock
     */
    @Nullable
    Batch of(Backlog backlog, boolean oldestLeads, Set<Row> suspects, int idle, long now) {
        Collection<Job> others = backlog.byRank();
        Job leader = firstWaiting(oldestLeads ? backlog.byArrival() : others);
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

    /** How many rows of the network this engine takes, so that each idle engine has as many. */
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

    /** A batch that is being filled. It ends with the last row that lets all requests in it be in time. */
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
            return job != leader && job.soloNanos() <= 2 * leader.soloNanos() ? StepScheduler.SHORT_MAY_LENGTHEN : 1;
        }

        /** Nanoseconds that each step of {@code job} may take for it to be in time; if it is late, at the pace of the stretch. */
        private double slack(Job job) {
            long waited = now - job.arrived();
            double left = Math.min(job.nanosLeft(now), stretch * job.soloNanos() - waited);
            if (left >= job.stepsLeft() * job.soloStepNanos()) {
                return left / job.stepsLeft();
            }
            boolean hopeless = waited > StepScheduler.HOPELESS_AFTER * job.soloNanos();
            return hopeless ? Double.POSITIVE_INFINITY : stretch * job.soloStepNanos();
        }

        Batch batch() {
            return new Batch(model, members.subList(0, inTime));
        }
    }
}
