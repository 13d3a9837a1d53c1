package io.stepwise.training.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The position of a run: the state that the loop carries from step to step besides the network.
 *
 * @param step optimizer steps done
 * @param wallSeconds training time so far
 * @param skippedUpdates number of updates in a row whose gradients were not finite
 * @param loss of the last row of metrics; NaN before the first
 * @param sinceRow losses since that row
 * @param objective what the run has found out about its objective
 */
public record TrainingPosition(
        int step, double wallSeconds, int skippedUpdates, double loss, LossSums sinceRow, ObjectiveState objective) {
    public static final TrainingPosition START =
            new TrainingPosition(0, 0, 0, Double.NaN, LossSums.NONE, ObjectiveState.NONE);

    public TrainingPosition {
        if (step < 0) {
            throw new IllegalArgumentException("step " + step + " must be 0 or more");
        }
    }

    /** Adds its fields to {@code node}. Numbers that are not finite become null. */
    void write(ObjectNode node) {
        node.put("step", step).put("wall_s", wallSeconds).put("skipped_updates", skippedUpdates);
        node.put("loss", Double.isFinite(loss) ? (Double) loss : null);
        ObjectNode since = node.putObject("since_row");
        ArrayNode sums = since.putArray("loss_sums");
        sinceRow.sums().forEach(sum -> sums.add(Double.isFinite(sum) ? sum : null));
        ArrayNode images = since.putArray("images");
        sinceRow.images().forEach(images::add);
        objective.write(node);
    }

    /** @throws IllegalArgumentException when {@code node} is not a position */
    static TrainingPosition read(JsonNode node) {
        for (String name : new String[] {"step", "wall_s", "skipped_updates"}) {
            if (!node.path(name).isNumber()) {
                throw new IllegalArgumentException(name + " " + node.path(name) + " must be a number");
            }
        }
        JsonNode since = node.path("since_row");
        List<Double> sums = new ArrayList<>();
        since.path("loss_sums").forEach(sum -> sums.add(sum.asDouble(Double.NaN)));
        List<Long> images = new ArrayList<>();
        since.path("images").forEach(count -> images.add(count.asLong()));
        return new TrainingPosition(
                node.path("step").intValue(),
                node.path("wall_s").doubleValue(),
                node.path("skipped_updates").intValue(),
                node.path("loss").asDouble(Double.NaN),
                new LossSums(sums, images),
                ObjectiveState.read(node));
    }
}
