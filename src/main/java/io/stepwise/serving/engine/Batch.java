package io.stepwise.serving.engine;

import io.stepwise.sampling.Row;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows that take their next step together. What is done for every step is done in plain loops, here and in {@link
 * BatchChoice}: after a step the processor's caches hold the network, and every line of code has to be fetched anew.
 *
 * @param model whose rows they are
 * @param members one or more
 */
public record Batch(EngineModel model, List<Member> members) {
    /**
     * A row and the job it belongs to.
     *
     * @param index number of the image within the job
     * @param networkRows rows of the network's batch that its next step takes
     */
    public record Member(Job job, int index, Row row, int networkRows) {
        static Member of(Job job, int index, Row row) {
            return new Member(job, index, row, row.networkRows());
        }

        /** The row is done or given up: frees what it holds. Called once for a row, not for each of its steps. */
        public void leave() {
            row.close();
            job.rowLeft();
        }

        /** The same row before the step after this one. */
        Member next() {
            return of(job, index, row);
        }
    }

    public Batch {
        members = List.copyOf(members);
    }

    public List<Row> rows() {
        List<Row> rows = new ArrayList<>(members.size());
        for (Member member : members) {
            rows.add(member.row());
        }
        return rows;
    }

    /** Rows of the network's batch. */
    int networkRows() {
        int sum = 0;
        for (Member member : members) {
            sum += member.networkRows();
        }
        return sum;
    }
}
