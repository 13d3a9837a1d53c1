package io.stepwise.report;

/**
 * How a model is judged.
 *
 * @param count images that are made and compared with as many real ones, 2 … 65536
 * @param seed of the images that are counted
 * @param steps of DDIM, at least 1
 * @param guidance scale that is shown beside the images without guidance, 0 … 100; with 1 there are no others
 * @param sweep images that are made by each sampler in each number of steps, 2 … 65536; 0: the samplers aren't compared
 * @param searched training images among which the nearest to a sample is looked for, at least 3; all, when there are
 *     fewer
 */
public record ReportOptions(int count, long seed, int steps, double guidance, int sweep, long searched) {
    public ReportOptions {
        require(count >= 2 && count <= 1 << 16, "count", count, "2 … 65536");
        require(steps >= 1, "steps", steps, "at least 1");
        require(guidance >= 0 && guidance <= 100, "guidance", guidance, "0 … 100");
        require(sweep == 0 || (sweep >= 2 && sweep <= 1 << 16), "sweep", sweep, "0 or 2 … 65536");
        require(searched >= NearestImages.KEPT, "search", searched, "at least " + NearestImages.KEPT);
    }

    private static void require(boolean holds, String name, Number value, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(name + " " + value + " must be " + allowed);
        }
    }
}
