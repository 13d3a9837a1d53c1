package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.image.UnreadableImageException;
import io.stepwise.schema.FieldError;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.training.run.DamagedCheckpointException;
import io.stepwise.training.run.StorageException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("libtorch")
class TrainingOutcomeTest {
    @Test
    void of_libtorchOutOfMemory_isOutOfMemory() {
        try (NDManager manager = NDManager.newBaseManager()) {
            Throwable failure = catchThrowable(() -> manager.zeros(new Shape(1L << 45)));
            TrainingOutcome outcome = TrainingOutcome.of(5, failure);
            assertThat(outcome.kind()).as("%s", failure).isEqualTo(TrainingOutcome.Kind.OUT_OF_MEMORY);
            assertThat(outcome.message()).startsWith("not enough memory: a smaller batch_size");
            assertThat(outcome.step()).isEqualTo(5);
        }
    }

    @Test
    void of_javaHeapFull_isOutOfMemory() {
        TrainingOutcome outcome = TrainingOutcome.of(0, new OutOfMemoryError("Java heap space"));
        assertThat(outcome.kind()).isEqualTo(TrainingOutcome.Kind.OUT_OF_MEMORY);
        assertThat(outcome.message()).endsWith("(Java heap space)");
    }

    @Test
    void of_dataSetsFileGone_isStorageTrouble() {
        TrainingOutcome outcome = TrainingOutcome.of(
                0, new UnreadableImageException("a.png: cannot be read", new NoSuchFileException("/data/a.png")));
        assertThat(outcome.kind()).isEqualTo(TrainingOutcome.Kind.STORAGE_TROUBLE);
        assertThat(outcome.message()).isEqualTo("/data/a.png: is not there, or not any more");
    }

    @Test
    void of_brokenPicture_isFailure() {
        TrainingOutcome outcome = TrainingOutcome.of(0, new UnreadableImageException("a.png: no image"));
        assertThat(outcome.kind()).isEqualTo(TrainingOutcome.Kind.FAILED);
        assertThat(outcome.message()).contains("UnreadableImageException", "a.png: no image");
    }

    @Test
    void of_brokenJobFile_isInvalidSpecification() {
        InvalidMessageException invalid = new InvalidMessageException(List.of(FieldError.of("/steps", "0", "1 … 9")));
        assertThat(TrainingOutcome.of(0, new IOException("job.json", invalid)).kind())
                .isEqualTo(TrainingOutcome.Kind.INVALID_SPECIFICATION);
    }

    @Test
    void orThrow_failure_isThatFailure() throws IOException {
        IOException failure = new IOException("x");
        assertThatThrownBy(() -> TrainingOutcome.of(0, failure).orThrow()).isSameAs(failure);
        assertThatThrownBy(
                        () -> TrainingOutcome.of(0, new DivergedException("d")).orThrow())
                .isInstanceOf(DivergedException.class);
        assertThat(TrainingOutcome.of(20, true).orThrow()).isEqualTo(20);
    }

    @Test
    void guard_failureOfTheSystem_namesPathAndReason() {
        Path path = Path.of("runs/a/metrics.jsonl");
        assertThatThrownBy(() -> StorageException.guard(path, () -> {
                    throw new FileSystemException("runs/a/.x.tmp", null, "Disk quota exceeded");
                }))
                .isInstanceOf(StorageException.class)
                .hasMessage("runs/a/metrics.jsonl: Disk quota exceeded");
        DamagedCheckpointException damage = new DamagedCheckpointException("d");
        assertThatThrownBy(() -> StorageException.guard(path, () -> {
                    throw damage;
                }))
                .isSameAs(damage);
    }
}
