package io.stepwise.report;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.data.DatasetSpec;
import io.stepwise.data.ImageDataset;
import io.stepwise.data.store.Datasets;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.files.DurableFiles;
import io.stepwise.training.Retention;
import io.stepwise.training.TrainingOutcome;
import io.stepwise.training.TrainingRun;
import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.run.RunState;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Trains diffusion models, GANs and VAEs beside each other on the built-in faces, compares them, and writes a page about what
 * was claimed of them. It may be stopped at any time: the runs and the numbers of each experiment are kept in a folder, and the
 * next call goes on there.
 *
 * <pre>
 * runs/          folders of the trainings
 * models/        what they published
 * NAME.json      the numbers of an experiment, and of what they were made
 * pictures/      those of the experiments
 * </pre>
 *
 * @param plan what to train and measure
 * @param folder for all that a later call goes on with; created if missing
 * @param progress receives a line per action
 */
public record Study(StudyPlan plan, Path folder, Datasets datasets, Consumer<String> progress) {
    /**
     * Trains what has not been trained, one after the other, makes each experiment as soon as it can be made, and writes the
     * page after each.
     *
     * @param trains whether it trains; without, it makes what can be made of the trainings that have ended
     * @param stop is asked after every training step
     */
    public void run(Path output, boolean trains, BooleanSupplier stop) throws IOException, InterruptedException {
        Files.createDirectories(folder.resolve("pictures"));
        experiments(output);
        for (TrainingSpec spec : plan.trainings()) {
            if (trains && !stop.getAsBoolean() && ended(spec).isEmpty()) {
                train(spec, stop);
                experiments(output);
            }
        }
        write(output);
    }

    private void write(Path output) throws IOException {
        Map<String, StudyModel> trained = trained();
        Map<String, JsonNode> results = new LinkedHashMap<>();
        for (Experiment experiment : Experiment.ALL) {
            if (isMade(experiment, trained)) {
                results.put(experiment.name(), result(experiment));
            }
        }
        List<String> untrained = plan.trainings().stream()
                .map(TrainingSpec::model)
                .filter(name -> !trained.containsKey(name))
                .toList();
        new StudyPage(plan, folder).write(output, results, untrained);
    }

    private void train(TrainingSpec spec, BooleanSupplier stop) throws IOException, InterruptedException {
        progress.accept("training " + spec.model());
        Path runs = Files.createDirectories(folder.resolve("runs"));
        Optional<RunFolder> begun = find(spec);
        RunFolder run = begun.isPresent()
                ? begun.get()
                : RunFolder.create(runs, spec, Clock.systemUTC().instant(), RandomGenerator.getDefault());
        TrainingOutcome outcome =
                new TrainingRun(runs, run, datasets, models(), Retention.ALL, Clock.systemUTC()).train(stop);
        outcome.orThrow();
    }

    private ModelRepository models() {
        return new ModelRepository(folder.resolve("models"));
    }

    private Optional<RunFolder> find(TrainingSpec spec) throws IOException {
        for (RunFolder run : RunFolder.list(folder.resolve("runs"))) {
            if (run.spec().equals(spec)) {
                return Optional.of(run);
            }
        }
        return Optional.empty();
    }

    private Optional<RunFolder> ended(TrainingSpec spec) throws IOException {
        Optional<RunFolder> run = find(spec);
        return run.isPresent()
                        && run.get()
                                .eventLog()
                                .last()
                                .map(RunEvent::status)
                                .filter(status -> status.state() == RunState.SUCCEEDED)
                                .isPresent()
                ? run
                : Optional.empty();
    }

    /** Makes the experiments that can be made and aren't. */
    private void experiments(Path output) throws IOException {
        Map<String, StudyModel> trained = trained();
        for (Experiment experiment : Experiment.ALL) {
            if (!trained.keySet().containsAll(experiment.trainings()) || isMade(experiment, trained)) {
                continue;
            }
            progress.accept("experiment: " + experiment.title());
            try (ImageDataset faces = faces();
                    NDManager manager = NDManager.newBaseManager()) {
                StudyBench bench = new StudyBench(manager, plan, trained, faces, folder.resolve("pictures"));
                ObjectNode numbers = experiment.body().run(bench);
                numbers.set("made_of", madeOf(experiment, trained));
                DurableFiles.replace(file(experiment), ReportNumbers.JSON.writeValueAsBytes(numbers));
            }
            write(output);
        }
    }

    /** Whether there are numbers of these runs, and not of others. */
    private boolean isMade(Experiment experiment, Map<String, StudyModel> trained) throws IOException {
        return result(experiment).path("made_of").equals(madeOf(experiment, trained));
    }

    /** The runs that the numbers depend on, by the names of the trainings. */
    private ObjectNode madeOf(Experiment experiment, Map<String, StudyModel> trained) {
        ObjectNode madeOf = StudyBench.object().put("images", plan.images());
        trained.forEach((name, model) -> {
            if (experiment.trainings().contains(name) || name.startsWith(experiment.also())) {
                madeOf.put(name, model.run().id());
            }
        });
        return madeOf;
    }

    private Map<String, StudyModel> trained() throws IOException {
        Map<String, StudyModel> trained = new LinkedHashMap<>();
        for (TrainingSpec spec : plan.trainings()) {
            Optional<RunFolder> run = ended(spec);
            if (run.isPresent()) {
                trained.put(spec.model(), StudyModel.read(spec, run.get(), models().served(spec.model())));
            }
        }
        return trained;
    }

    private ImageDataset faces() {
        TrainingSpec any = plan.trainings().get(0);
        return datasets.open(new DatasetSpec(
                any.dataset(), any.imageSize().width(), any.imageSize().height(), 3));
    }

    private Path file(Experiment experiment) {
        return folder.resolve(experiment.name() + ".json");
    }

    private JsonNode result(Experiment experiment) throws IOException {
        Path file = file(experiment);
        return Files.exists(file) ? ReportNumbers.JSON.readTree(file.toFile()) : StudyBench.object();
    }
}
