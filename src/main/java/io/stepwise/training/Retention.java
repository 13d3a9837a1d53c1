package io.stepwise.training;

/**
 * How much of what a run makes is kept.
 *
 * @param checkpoints how many of the newest checkpoints of a run stay, beside the one published as the best; 0 for all
 * @param versions how many of the newest versions of a model stay once a new one is published, beside the served one,
 *     the pinned ones and the best; 0 for all
 */
public record Retention(int checkpoints, int versions) {
    /** What holds unless somebody says otherwise. */
    public static final Retention DEFAULT = new Retention(3, 5);

    /** Nothing is deleted. */
    public static final Retention ALL = new Retention(0, 0);

    public Retention {
        if (checkpoints < 0 || versions < 0) {
            throw new IllegalArgumentException(
                    "checkpoints " + checkpoints + " and versions " + versions + " must be 0 or more");
        }
    }
}
