package io.stepwise.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.data.faces.FacesDataset;
import io.stepwise.data.store.Datasets;
import io.stepwise.repository.ModelRepository;
import io.stepwise.training.checkpoint.Checkpoints;
import io.stepwise.training.kind.UNetPresets;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.TrainingSpecJson;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** Runs of a network of a few thousand weights on faces of 8 by 8 pixels, for tests of what surrounds the training. */
public final class TinyRuns {
    static final Map<String, Object> UNET_WITHOUT_DROPOUT = Map.of(
            "block_out_channels",
            List.of(8, 8),
            "layers_per_block",
            1,
            "down_block_types",
            List.of("DownBlock2D", "DownBlock2D"),
            "up_block_types",
            List.of("UpBlock2D", "UpBlock2D"),
            "attention_head_dim",
            8,
            "norm_num_groups",
            4);

    private static final Map<String, Object> FIELDS = Map.ofEntries(
            Map.entry("model", "tiny"),
            Map.entry("image_size", 8),
            Map.entry("batch_size", 2),
            Map.entry("steps", 20),
            Map.entry("warmup_steps", 2),
            Map.entry("learning_rate", .001),
            Map.entry("seed", 7),
            Map.entry("sample_every", 0),
            Map.entry("checkpoint_every", 5),
            Map.entry("publish", "every_checkpoint"),
            Map.entry("precision", "f32"),
            Map.entry("validation", false),
            Map.entry("unet", withDropout()));

    private TinyRuns() {}

    private static Map<String, Object> withDropout() {
        Map<String, Object> unet = new HashMap<>(UNET_WITHOUT_DROPOUT);
        unet.put("dropout", .1);
        return unet;
    }

    /** @param changes fields of the specification that are to be others */
    static TrainingSpec spec(Map<String, ?> changes) {
        Map<String, Object> fields = new HashMap<>(FIELDS);
        fields.putAll(changes);
        return TrainingSpecJson.read(new ObjectMapper().<ObjectNode>valueToTree(fields));
    }

    public static RunFolder create(Path runs, Map<String, ?> changes) throws IOException {
        return RunFolder.create(runs, spec(changes), Instant.parse("2026-11-22T18:33:01Z"), new Random());
    }

    /** Trains with data sets of the folder {@code runs}, as the program does. */
    static TrainingOutcome train(Path runs, RunFolder run, Path models, Retention retention, BooleanSupplier stopAsked)
            throws InterruptedException {
        return new TrainingRun(
                        runs,
                        run,
                        new Datasets(runs, 1 << 20),
                        new ModelRepository(models),
                        retention,
                        Clock.systemUTC())
                .train(stopAsked);
    }

    /** Asks to stop after {@code steps} steps. */
    static BooleanSupplier stopAt(int steps) {
        int[] done = new int[1];
        return () -> ++done[0] == steps;
    }

    /** The number of labels of their data set. */
    static int labels() {
        try (FacesDataset faces = new FacesDataset(8, 8, 0, 1)) {
            return faces.labels().size();
        }
    }

    /** The network of {@link #spec} with any changes but of the network. */
    public static Checkpoints checkpoints(RunFolder run) throws IOException {
        return new Checkpoints(run, UNetPresets.resolve(run.spec(), labels()).parameters());
    }
}
