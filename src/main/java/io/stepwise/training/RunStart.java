package io.stepwise.training;

import io.stepwise.schema.InvalidMessageException;
import io.stepwise.training.base.BaseVersion;
import io.stepwise.training.base.WeightTransfer;
import io.stepwise.training.checkpoint.Checkpoint;
import io.stepwise.training.run.StorageException;
import io.stepwise.training.spec.ResumePoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The state in which a process begins to train.
 *
 * @param state of the network, the optimizer and the run
 * @param details of the event that reports the start
 * @param warnings for people
 */
record RunStart(Checkpoint state, Map<String, Object> details, List<String> warnings) {
    /**
     * The start of a run that has no checkpoint of its own: random weights, those of a version, or another run's
     * checkpoint.
     *
     * @throws InvalidMessageException when the version or the checkpoint does not exist, is damaged or does not fit
     */
    static RunStart of(TrainingPlan plan, SpecReferences inputs) throws IOException {
        List<String> warnings = new ArrayList<>(plan.warnings());
        ResumePoint other = plan.spec().resumeFrom();
        if (other != null) {
            return new RunStart(
                    inputs.checkpoint(other, plan.spec(), plan.design().parameters()), Map.of(), warnings);
        }
        BaseVersion base = inputs.base(plan.spec());
        return base == null
                ? new RunStart(plan.start(), Map.of(), warnings)
                : StorageException.guard(base.version().folder(), () -> from(base, plan, inputs, warnings));
    }

    private static RunStart from(BaseVersion base, TrainingPlan plan, SpecReferences inputs, List<String> warnings)
            throws IOException {
        List<String> labels = plan.dataset().labels();
        base.requireFit(plan.spec().unet(), plan.design().parameters(), labels);
        WeightTransfer.Result start =
                base.weights(inputs.models(), plan.design().parameters(), labels);
        warnings.addAll(base.warnings(plan.spec()));
        if (!start.added().isEmpty() || !start.dropped().isEmpty()) {
            warnings.add(String.join(
                    "; ",
                    "of " + base.identity() + " the run keeps " + start.kept() + " tensors",
                    "new: " + shown(start.added()),
                    "left out: " + shown(start.dropped())));
        }
        Map<String, Object> init = new LinkedHashMap<>();
        init.put("model", base.version().model());
        init.put("version", base.version().number());
        init.put("kept", start.kept());
        init.put("new", start.added());
        init.put("left_out", start.dropped());
        return new RunStart(plan.design().start(start.weights()), Map.of("init", init), warnings);
    }

    private static String shown(List<String> parts) {
        return parts.isEmpty() ? "nothing" : String.join(", ", parts);
    }
}
