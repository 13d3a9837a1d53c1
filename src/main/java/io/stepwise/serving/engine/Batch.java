package io.stepwise.serving.engine;

import io.stepwise.sampling.Row;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows that take their next step together. Immutable. Code that runs for every step is written as plain loops, here and in
 * {@link BatchChoice}: after a step the processor's caches hold the network, and all code has to be fetched anew.
 *
 * @param model the model of all the rows
 * @param members one or more
 */
public record Batch(EngineModel model, List<Member> members) {
    /**
     * A row and the job it belongs to.
     *
     * @param index number of the image within the job
     * @param networkRows how many rows of the network's batch its next step takes: two with guidance
     */
    public record Member(Job job, int index, Row row, int networkRows) {
        static Member of(Job job, int index, Row row) {
            return new Member(job, index, row, row.networkRows());
        }

        /** Frees the row, which is done or given up. Called once for each row. */
        public void leave() {
            row.close();
            job.rowLeft();
        }

        /** The same row, before the step after this one. */
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
