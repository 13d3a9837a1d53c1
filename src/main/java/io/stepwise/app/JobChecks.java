package io.stepwise.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.app.config.StepwiseConfig;
import io.stepwise.data.store.Datasets;
import io.stepwise.jobs.JobCheck;
import io.stepwise.repository.ModelRepository;
import io.stepwise.training.ServingRight;
import io.stepwise.training.TrainingCheck;
import io.stepwise.training.TrainingPace;
import io.stepwise.training.base.BaseVersion;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Checks specifications against the folders and the memory that jobs have.
 *
 * @param memory that jobs elsewhere may take, empty if it isn't known; null if jobs run on this machine
 */
record JobChecks(StepwiseConfig config, @Nullable OptionalLong memory) implements JobCheck {
    private record Found(Checked checked, TrainingCheck check) {}

    private Found found(ObjectNode fields, boolean mayServe) throws IOException {
        Datasets datasets = config.openDatasets();
        ModelRepository models = new ModelRepository(config.models());
        ServingRight right = ServingRight.of(fields, BaseVersion.specification(fields, models), models, mayServe);
        TrainingSpec spec = right.spec();
        Files.createDirectories(config.datasets()); // missing before the first upload
        TrainingCheck check = memory == null
                ? TrainingCheck.of(spec, config.runs(), datasets, models)
                : TrainingCheck.of(spec, config.runs(), datasets, models, memory);
        List<String> warnings = new ArrayList<>(right.warnings());
        warnings.addAll(check.warnings());
        return new Found(new Checked(spec, warnings), check);
    }

    @Override
    public Checked check(ObjectNode fields, boolean mayServe) throws IOException {
        return found(fields, mayServe).checked;
    }

    @Override
    public Estimate estimate(ObjectNode fields, boolean mayServe) throws IOException {
        Found found = found(fields, mayServe);
        TrainingSpec spec = found.checked.spec();
        List<String> labels = found.check.labels();
        Pace pace = TrainingPace.of(spec, labels, config.runs())
                .map(judged -> new Pace(judged.run(), judged.imagesPerSecond(), judged.seconds(spec)))
                .orElse(null);
        return new Estimate(
                found.checked,
                found.check.images(),
                labels.size(),
                found.check.parameters(),
                found.check.memory().total(),
                pace);
    }
}
