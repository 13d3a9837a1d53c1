package io.stepwise.training;

import static io.stepwise.Waiting.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.training.checkpoint.Checkpoint;
import io.stepwise.training.checkpoint.Checkpoints;
import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} at random instants, most of them while checkpoints and versions are written, published and pruned.
 * After every kill all that is there is whole; in the end nothing tells the run from one that was never killed. With
 * {@code -Psoak} two hundred kills.
 */
@Tag("libtorch")
class CrashCampaignTest {
    private static final boolean SOAK = Boolean.getBoolean("soak");
    private static final int KILLS = SOAK ? 200 : 3;
    private static final int STEPS = SOAK ? 130 : 20;
    private static final int EVERY = 5;
    private static final Retention RETENTION = new Retention(2, 3);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration OFTEN = Duration.ofNanos(200_000);

    /** When a kill strikes: a little after something is seen in the folders. */
    private enum Moment {
        CHECKPOINT_BEGUN,
        VERSION_NAMED,
        VERSION_BEGUN,
        CHECKPOINT_NAMED,
        DELETION,
        STEP,
        ANYWHERE
    }

    @TempDir
    private Path temporary;

    private final Random random = new Random(20261122);
    private final Map<String, Integer> found = new TreeMap<>();
    private Path runs;
    private Path models;
    private int run;

    @BeforeEach
    void folders() throws IOException {
        runs = Files.createDirectory(temporary.resolve("runs"));
        models = Files.createDirectory(temporary.resolve("models"));
    }

    @Test
    void train_killedAgainAndAgain_endsAsIfNeverKilled() throws Exception {
        RunFolder undisturbed = newRun();
        try (TrainingProcess process = start(undisturbed)) {
            process.await();
            assertThat(process.outcome()).as(process.output()).startsWith("FINISHED");
        }
        int kills = 0;
        while (kills < KILLS) {
            RunFolder killed = newRun();
            for (boolean ended = false; !ended; ) {
                Moment moment = Moment.values()[kills % Moment.values().length];
                try (TrainingProcess process = start(killed)) {
                    if (kills < KILLS) {
                        await(killed, process, moment);
                    } else {
                        process.await();
                    }
                    ended = !process.isAlive();
                    process.kill();
                    if (ended) {
                        assertThat(process.outcome()).as(process.output()).startsWith("FINISHED");
                    } else {
                        kills++;
                        requireWhole(killed, process.step());
                        look(killed, moment);
                    }
                }
            }
            requireSame(killed, undisturbed);
        }
        System.out.println(kills + " kills of " + (run - 1) + " runs: " + found);
    }

    private RunFolder newRun() throws IOException {
        return TinyRuns.create(
                runs,
                Map.of(
                        "model",
                        "tiny-" + run++,
                        "steps",
                        STEPS,
                        "checkpoint_every",
                        EVERY,
                        "sample_every",
                        40,
                        "validation",
                        Map.of("every", 40)));
    }

    private TrainingProcess start(RunFolder which) throws IOException {
        return TrainingProcess.start(runs, which.id(), models, RETENTION);
    }

    // ---- when to kill ---------------------------------------------------------------------------------------------

    /** Returns at a random instant about {@code moment}, or when the process has ended. */
    private void await(RunFolder killed, TrainingProcess process, Moment moment) throws Exception {
        Path checkpoints = killed.checkpointsFolder();
        Path versions = models.resolve(killed.spec().model());
        int steps = random.nextInt(2 * EVERY);
        Set<String> before = new HashSet<>(names(checkpoints));
        before.addAll(names(versions));
        Predicate<String> isNew = name -> !before.contains(name);
        switch (moment) {
            case ANYWHERE -> pause(3000);
            case STEP -> {
                int from = killed.newestCheckpoint().orElse(0);
                until(process, () -> process.step() > from + steps);
                pause(20);
            }
            case CHECKPOINT_BEGUN -> {
                untilName(process, checkpoints, isNew.and(name -> name.startsWith(".writing-")));
                pause(40);
            }
            case CHECKPOINT_NAMED -> {
                untilName(process, checkpoints, isNew.and(name -> name.startsWith("step-")));
                pause(4);
            }
            case VERSION_BEGUN -> {
                untilName(process, versions, isNew.and(name -> name.startsWith(".publish-")));
                pause(40);
            }
            case VERSION_NAMED -> {
                untilName(process, versions, isNew.and(name -> name.matches("[0-9]+")));
                pause(4);
            }
            case DELETION -> {
                Predicate<String> going = name -> name.startsWith(".dropped-") || name.startsWith(".trash-");
                until(process, () -> Stream.of(checkpoints, versions)
                        .flatMap(folder -> names(folder).stream())
                        .anyMatch(isNew.and(going)));
                pause(2);
            }
        }
    }

    private void pause(int mostMillis) throws InterruptedException {
        Thread.sleep(random.nextInt(mostMillis), random.nextInt(1_000_000));
    }

    private static void untilName(TrainingProcess process, Path folder, Predicate<String> wanted)
            throws InterruptedException {
        until(process, () -> names(folder).stream().anyMatch(wanted));
    }

    private static void until(TrainingProcess process, BooleanSupplier condition) {
        waiting("it is there")
                .atMost(PATIENCE)
                .pollInterval(OFTEN)
                .until(() -> !process.isAlive() || condition.getAsBoolean());
    }

    private static List<String> names(Path folder) {
        String[] names = folder.toFile().list();
        return names == null ? List.of() : List.of(names);
    }

    // ---- what must hold after a kill ------------------------------------------------------------------------------

    private void requireWhole(RunFolder killed, int stepSeen) throws IOException {
        Checkpoints checkpoints = TinyRuns.checkpoints(killed);
        List<Integer> steps = checkpoints.newestFirst();
        for (int step : steps) {
            assertThat(checkpoints.read(step).step()).isEqualTo(step);
        }
        int newest = steps.isEmpty() ? 0 : steps.get(0);
        assertThat(stepSeen - newest).as("steps lost at step %d", stepSeen).isLessThanOrEqualTo(EVERY);
        if (newest >= 2 * EVERY) {
            assertThat(steps).as("checkpoints kept").hasSizeGreaterThanOrEqualTo(2);
        }

        ModelRepository repository = new ModelRepository(models);
        List<Long> published = new ArrayList<>();
        for (ModelVersion version : repository.versions(killed.spec().model())) {
            repository.verify(version);
            assertThat(version.pipeline().weights()).isNotEmpty();
            published.add(version.manifest().metadata().step());
        }
        assertThat(published).as("steps of the versions").doesNotHaveDuplicates();
        // all that were due before the newest checkpoint are published, and that one perhaps not yet
        assertThat(publishedSteps(killed)).as("published").isIn(due(newest), due(newest - EVERY));
    }

    private static List<Integer> due(int until) {
        return IntStream.rangeClosed(1, Math.max(0, until / EVERY))
                .mapToObj(i -> i * EVERY)
                .toList();
    }

    private static List<Integer> publishedSteps(RunFolder run) throws IOException {
        return run.events(0).stream()
                .filter(event -> event.type() == RunEvent.Type.PUBLISHED)
                .map(RunEvent::step)
                .toList();
    }

    /** Counts which gaps the kill has hit, going by what it left. */
    private void look(RunFolder killed, Moment moment) throws IOException {
        count("kills " + moment);
        int newest = killed.newestCheckpoint().orElse(0);
        String model = killed.spec().model();
        if (names(killed.checkpointsFolder()).stream().anyMatch(name -> name.startsWith(".writing-"))) {
            count("left a checkpoint half written");
        }
        if (names(killed.checkpointsFolder()).stream().anyMatch(name -> name.startsWith(".dropped-"))) {
            count("left a checkpoint half deleted");
        }
        if (newest > 0 && publishedSteps(killed).stream().noneMatch(step -> step == newest)) {
            count("left a checkpoint unpublished");
            boolean isVersion =
                    new ModelRepository(models).versions(model).stream().anyMatch(version -> madeOf(version) == newest);
            if (isVersion) {
                count("left a version that no event tells of");
            }
        }
        if (names(models.resolve(model)).stream().anyMatch(name -> name.startsWith(".trash-"))) {
            count("left a version half deleted");
        }
    }

    private static long madeOf(ModelVersion version) {
        try {
            Long step = version.manifest().metadata().step();
            return step == null ? -1 : step;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void count(String what) {
        found.merge(what, 1, Integer::sum);
    }

    // ---- what must hold at the end --------------------------------------------------------------------------------

    private void requireSame(RunFolder killed, RunFolder undisturbed) throws IOException {
        Checkpoint actual = TinyRuns.checkpoints(killed).read(STEPS);
        Checkpoint expected = TinyRuns.checkpoints(undisturbed).read(STEPS);
        assertThat(actual.weights()).isEqualTo(expected.weights());
        assertThat(actual.average()).isEqualTo(expected.average());
        assertThat(actual.optimizer().firstMoment())
                .isEqualTo(expected.optimizer().firstMoment());
        assertThat(actual.optimizer().secondMoment())
                .isEqualTo(expected.optimizer().secondMoment());
        assertThat(killed.checkpoints()).isEqualTo(undisturbed.checkpoints());
        assertThat(names(killed.checkpointsFolder())).noneMatch(name -> name.startsWith("."));

        assertThat(rows(killed)).isEqualTo(rows(undisturbed)).isNotEmpty();
        assertThat(killed.samples()).isEqualTo(undisturbed.samples()).isNotEmpty();
        for (int step : killed.samples()) {
            assertThat(killed.sampleFile(step)).hasSameBinaryContentAs(undisturbed.sampleFile(step));
        }
        assertThat(publishedSteps(killed))
                .isEqualTo(publishedSteps(undisturbed))
                .isEqualTo(due(STEPS));
        assertThat(checksums(killed)).isEqualTo(checksums(undisturbed));
    }

    /** But for the times. */
    private static List<ObjectNode> rows(RunFolder run) throws IOException {
        return run.metrics(0).stream()
                .map(row -> row.toJson().<ObjectNode>without(List.of("images_per_s", "wall_s", "data_wait_s")))
                .toList();
    }

    /** Of the weights of the versions that are left, by number. */
    private Map<Integer, String> checksums(RunFolder run) throws IOException {
        Map<Integer, String> checksums = new HashMap<>();
        for (ModelVersion version :
                new ModelRepository(models).versions(run.spec().model())) {
            checksums.put(version.number(), version.manifest().checkpointSha256());
        }
        return checksums;
    }
}
