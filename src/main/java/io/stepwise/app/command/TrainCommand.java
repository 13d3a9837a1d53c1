package io.stepwise.app.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.stepwise.app.config.Settings;
import io.stepwise.app.config.StepwiseConfig;
import io.stepwise.report.ObjectivePlot;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.files.DurableFiles;
import io.stepwise.training.base.BaseVersion;
import io.stepwise.training.spec.Kind;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.TrainingSpecJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains a model in this process. */
@Command(
        name = "train",
        description = "Trains a model in this process. Every field of the training specification has a default.",
        footer = {
            "",
            "Example: stepwise train --set steps=20000 --set dataset=faces --set model=faces",
            "A GAN: stepwise train --set kind=gan --set 'gan={\"updates\": 2}' --set model=faces-gan",
            "With --show nothing is trained: it prints the complete specification. With --plot it also shows which noise levels",
            "count: stepwise train --set prediction=v_prediction --show --plot weights.png"
        })
final class TrainCommand implements Callable<Integer> {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> STEPS = Set.of("steps");

    /** Runs training. Reports progress to {@code out}. */
    interface Trainer {
        /** Trains until the specification is fulfilled. */
        void train(TrainingSpec spec, StepwiseConfig config, PrintWriter out) throws IOException;

        /**
         * Trains an earlier run from its newest checkpoint on.
         *
         * @param steps new number of all its steps; empty for the number that it has
         */
        void resume(String id, OptionalInt steps, StepwiseConfig config, PrintWriter out) throws IOException;
    }

    private final Trainer trainer;

    @Parameters(
            arity = "0..1",
            paramLabel = "SPEC",
            description = "A file with a training specification in JSON; by default all defaults.")
    private @Nullable Path file;

    @Option(
            names = {"-s", "--set"},
            paramLabel = "FIELD=VALUE",
            description = "Sets a field of the specification; the value is JSON, or a string if it is none.")
    private Map<String, String> fields = new LinkedHashMap<>();

    @Option(
            names = "--resume",
            paramLabel = "RUN",
            description = "Goes on with an earlier run of this command; of its fields only steps may be set.")
    private @Nullable String resumed;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Native threads; by default STEPWISE_TRAIN_THREADS, or else half of the processors.")
    private @Nullable Integer threads;

    @Option(names = "--show", description = "Prints the specification, every field filled in, and ends.")
    private boolean show;

    @Option(
            names = "--plot",
            paramLabel = "FILE",
            description =
                    "With --show: writes a PNG that shows how much each noise level counts in this training and in"
                            + " others that differ in one choice.")
    private @Nullable Path plot;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    TrainCommand(Trainer trainer) {
        this.trainer = trainer;
    }

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (threads != null) {
            System.setProperty("stepwise.train.threads", threads.toString());
        }
        if (resumed != null) {
            trainer.resume(resumed, onlySteps(), Settings.read(), out);
            return 0;
        }
        TrainingSpec training = specification();
        if (plot != null && (!show || training.kind() != Kind.DIFFUSION)) {
            throw new IllegalArgumentException(
                    "--plot may be given with --show only, and for kind=diffusion, which alone has noise levels");
        }
        if (show) {
            if (plot != null) {
                DurableFiles.replace(plot, ObjectivePlot.png(training));
            }
            out.print(TrainingSpecJson.write(training));
            out.flush();
        } else {
            trainer.train(training, Settings.read(), out);
        }
        return 0;
    }

    private OptionalInt onlySteps() {
        if (file != null || show || plot != null || !STEPS.containsAll(fields.keySet())) {
            throw new IllegalArgumentException("with --resume only --set steps=N may be given");
        }
        String steps = fields.get("steps");
        if (steps != null && !steps.matches("[1-9][0-9]{0,7}")) {
            throw new IllegalArgumentException("steps is " + steps + ", must be an integer, 1 … 10000000");
        }
        return steps == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(steps));
    }

    private TrainingSpec specification() throws IOException {
        ObjectNode changes = JSON.createObjectNode();
        fields.forEach((name, value) -> changes.set(name, json(value)));
        JsonNode given = file == null ? JSON.createObjectNode() : read(file);
        JsonNode all = given instanceof ObjectNode object ? object.setAll(changes) : given;
        return BaseVersion.specification(
                all, new ModelRepository(Settings.read().models()));
    }

    private static JsonNode read(Path file) throws IOException {
        try {
            return JSON.readTree(Files.readString(file));
        } catch (JsonProcessingException malformed) {
            throw new IOException(file + ": " + malformed.getOriginalMessage(), malformed);
        }
    }

    private static JsonNode json(String value) {
        try {
            return JSON.readTree(value);
        } catch (JsonProcessingException plainText) {
            return TextNode.valueOf(value);
        }
    }
}
