package io.stepwise.training;

/**
 * How many checkpoints and versions of a run are kept.
 *
 * @param checkpoints number of the newest checkpoints of a run that stay, besides the one published as the best; 0 for
 *     all
 * @param versions number of the newest versions of a model that stay when a new one is published, besides the served
 *     one, the pinned ones and the best; 0 for all
 */
public record Retention(int checkpoints, int versions) {
    public static final Retention DEFAULT = new Retention(3, 5);

    public static final Retention ALL = new Retention(0, 0);

    public Retention {
        if (checkpoints < 0 || versions < 0) {
            throw new IllegalArgumentException(
                    "checkpoints " + checkpoints + " and versions " + versions + " must be 0 or more");
        }
    }
}
