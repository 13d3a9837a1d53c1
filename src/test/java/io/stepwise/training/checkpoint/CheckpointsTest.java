package io.stepwise.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.model.training.OptimizerState;
import io.stepwise.repository.files.DurableFiles;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.training.TinyRuns;
import io.stepwise.training.run.DamagedCheckpointException;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.run.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointsTest {
    @TempDir
    private Path runs;

    private RunFolder run;
    private Checkpoints checkpoints;

    @BeforeEach
    void open() throws IOException {
        run = TinyRuns.create(runs, Map.of());
        checkpoints = TinyRuns.checkpoints(run);
    }

    @Test
    void write_anyState_readsTheSame() throws IOException {
        LossSums sums = new LossSums(List.of(.1, Double.NaN, 1.0 / 3, 0.0), List.of(3L, 1L, 7L, 0L));
        Checkpoint written = checkpoint(
                new TrainingPosition(
                        5, 12.5, 2, .75, sums, new ObjectiveState(.5, List.of(List.of(.1f, 1e-7f), List.of()))),
                1);
        checkpoints.write(written);

        Checkpoint read = checkpoints.read(5);
        assertThat(read.position()).isEqualTo(written.position());
        assertThat(read.weights()).isEqualTo(written.weights());
        assertThat(read.average()).isEqualTo(written.average());
        assertThat(read.optimizer().firstMoment()).isEqualTo(written.optimizer().firstMoment());
        assertThat(read.optimizer().secondMoment())
                .isEqualTo(written.optimizer().secondMoment());
        assertThat(read.optimizer().updates()).containsExactly(5L);
        assertThat(names()).containsExactly("step-5");
    }

    /** Versions of Stepwise that knew one optimizer wrote its count as a number. */
    @Test
    void read_countOfOneOptimizer_isThatOfTheOnlyOne() throws IOException {
        checkpoints.write(checkpoint(at(5), 1));
        Path state = run.checkpointFolder(5).resolve("state.json");
        String written = Files.readString(state);
        Files.writeString(state, written.replaceFirst("\"optimizer_updates\" : \\[ 5 ]", "\"optimizer_updates\" : 5"));

        assertThat(Files.readString(state)).isNotEqualTo(written);
        assertThat(checkpoints.read(5).optimizer().updates()).containsExactly(5L);
    }

    @Test
    void write_stepThatIsThere_leavesItAlone() throws IOException {
        checkpoints.write(checkpoint(at(5), 1));
        Path state = run.checkpointFolder(5).resolve("state.json");
        Object file = Files.readAttributes(state, "unix:ino").get("ino");
        checkpoints.write(checkpoint(at(5), 2));

        assertThat(Files.readAttributes(state, "unix:ino")).containsEntry("ino", file);
        assertThat(names()).containsExactly("step-5");
    }

    @Test
    void write_stepThatIsThereButDamaged_makesItAnew() throws IOException {
        checkpoints.write(checkpoint(at(5), 1));
        Files.delete(run.checkpointFolder(5).resolve("ema.safetensors"));
        checkpoints.write(checkpoint(at(5), 2));

        assertThat(checkpoints.read(5).weights()[0]).isEqualTo(2);
        assertThat(names()).containsExactly("step-5");
    }

    @Test
    void write_runsFolderGone_failsAndMakesNone() throws IOException {
        Path away = runs.resolve("away");
        Files.move(run.root(), away);
        assertThatThrownBy(() -> checkpoints.write(checkpoint(at(5), 1)))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("step-5")
                .hasMessageContaining("is not there, or not any more");
        assertThat(run.root()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "weights.safetensors",
                "ema.safetensors",
                "first_moment.safetensors",
                "second_moment.safetensors",
                "state.json"
            })
    void read_fileThatIsMissingOrChanged_isDamaged(String name) throws IOException {
        checkpoints.write(checkpoint(at(5), 1));
        Path file = run.checkpointFolder(5).resolve(name);
        byte[] bytes = Files.readAllBytes(file);
        byte[] cut = Arrays.copyOf(bytes, bytes.length - 1);
        bytes[bytes.length / 2] ^= 4;
        for (byte[] wrong : new byte[][] {bytes, cut, {}}) {
            Files.write(file, wrong);
            assertDamaged(name);
        }
        Files.delete(file);
        assertDamaged(name + " is missing");
    }

    private void assertDamaged(String message) {
        assertThatThrownBy(() -> checkpoints.read(5))
                .isInstanceOf(DamagedCheckpointException.class)
                .hasMessageContaining("step-5 is damaged")
                .hasMessageContaining(message);
    }

    @Test
    void read_ofAnotherNetwork_namesWhatDiffers() throws IOException {
        checkpoints.write(checkpoint(at(5), 1));
        Checkpoints others = new Checkpoints(
                run,
                checkpoints.parameters().subList(0, checkpoints.parameters().size() - 1));
        assertThatThrownBy(() -> others.read(5))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("has no place in the network");
    }

    @Test
    void setAside_damaged_isNoCheckpointAnyMoreUntilMadeAnew() throws IOException {
        checkpoints.write(checkpoint(at(5), 1));
        checkpoints.setAside(5);
        assertThat(run.checkpoints()).isEmpty();
        assertThat(names()).containsExactly(".damaged-step-5");
        checkpoints.sweep();
        assertThat(names()).containsExactly(".damaged-step-5");
        checkpoints.write(checkpoint(at(5), 1));
        assertThat(names()).containsExactly("step-5");
    }

    @Test
    void sweep_whatKilledProcessesLeft_goes() throws IOException {
        checkpoints.sweep();
        checkpoints.write(checkpoint(at(5), 1));
        Files.createDirectory(run.checkpointsFolder().resolve(".writing-a"));
        Files.writeString(run.checkpointsFolder().resolve(".writing-a/ema.safetensors"), "half");
        Files.createDirectory(run.checkpointsFolder().resolve(".dropped-b"));
        checkpoints.sweep();
        assertThat(names()).containsExactly("step-5");
    }

    @Test
    void prune_moreThanKept_leavesNewestAndNamed() throws IOException {
        for (int step = 5; step <= 30; step += 5) {
            checkpoints.write(checkpoint(at(step), step));
        }
        checkpoints.prune(0, Set.of());
        assertThat(run.checkpoints()).hasSize(6);
        checkpoints.prune(2, Set.of(10));
        assertThat(run.checkpoints()).containsExactly(10, 25, 30);
        checkpoints.prune(2, Set.of());
        assertThat(run.checkpoints()).containsExactly(25, 30);
        checkpoints.prune(2, Set.of());
        assertThat(names()).containsExactly("step-25", "step-30");
    }

    @Test
    void sweep_ofRunFolder_removesHalfReplacedFilesOfTheTrainerOnly() throws IOException {
        String left = ".%s.123e4567-e89b-12d3-a456-426614174000.tmp";
        Path metrics = Files.createFile(run.root().resolve(left.formatted("metrics.jsonl")));
        Path job = Files.createFile(run.root().resolve(left.formatted("job.json")));
        Path sample = Files.createFile(run.sampleFile(5).resolveSibling(left.formatted("step-00000005.png")));
        Path other = Files.createFile(run.sampleFile(5).resolveSibling(".keep.tmp"));
        run.sweep();
        assertThat(metrics).doesNotExist();
        assertThat(sample).doesNotExist();
        assertThat(job).exists();
        assertThat(other).exists();
        DurableFiles.sweep(run.root().resolve("nowhere"), name -> true);
    }

    private Checkpoint checkpoint(TrainingPosition position, float value) {
        float[] values = new float
                [checkpoints.parameters().stream()
                        .mapToInt(parameter -> (int) parameter.size())
                        .sum()];
        Arrays.fill(values, value);
        float[] others = values.clone();
        others[0] = -value;
        return new Checkpoint(
                position, values, others, new OptimizerState(others, values, List.of((long) position.step())));
    }

    private static TrainingPosition at(int step) {
        return new TrainingPosition(step, 0, 0, Double.NaN, LossSums.NONE, ObjectiveState.NONE);
    }

    private List<String> names() {
        return Arrays.stream(run.checkpointsFolder().toFile().list()).sorted().toList();
    }
}
