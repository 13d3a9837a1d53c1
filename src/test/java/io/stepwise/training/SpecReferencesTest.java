package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.data.ImageDataset;
import io.stepwise.data.store.Datasets;
import io.stepwise.repository.ModelRepository;
import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunFolder;
import io.stepwise.upload.Uploads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The classes of a run keep the numbers that it began with. */
class SpecReferencesTest {
    private static final List<String> NUMERIC = List.of("1", "2", "10");
    private static final List<String> ALPHABETICAL = List.of("1", "10", "2");

    @TempDir
    Path root;

    private SpecReferences inputs;

    @BeforeEach
    void dataset() throws IOException {
        for (String name : NUMERIC) {
            Path file = root.resolve("digits/" + name + "/a.png");
            Files.createDirectories(file.getParent());
            Files.write(file, Uploads.picture(1));
        }
        inputs = new SpecReferences(root, new Datasets(root, 0), new ModelRepository(root));
    }

    private RunFolder run(Map<String, Object> more) throws IOException {
        Map<String, Object> changes = new HashMap<>(more);
        changes.put("dataset", "digits");
        return TinyRuns.create(root, changes);
    }

    private List<String> labels(RunFolder run) throws IOException {
        try (ImageDataset dataset = inputs.open(run.spec(), run)) {
            return dataset.labels();
        }
    }

    @Test
    void open_newRunAndTheSameRunLater_hasNumbersInTheirOrder() throws IOException {
        RunFolder run = run(Map.of());
        assertThat(labels(run)).isEqualTo(NUMERIC);

        run.append(Instant.EPOCH, RunEvent.Type.STARTED, 0, SpecReferences.withOrder(Map.of(), labels(run)));

        assertThat(labels(run)).isEqualTo(NUMERIC);
    }

    @Test
    void open_runOfAnEarlierProgram_keepsItsOrder() throws IOException {
        RunFolder run = run(Map.of());
        run.append(Instant.EPOCH, RunEvent.Type.STARTED, 0, Map.of());
        assertThat(labels(run)).isEqualTo(ALPHABETICAL);

        run.append(Instant.EPOCH, RunEvent.Type.RESUMED, 5, SpecReferences.withOrder(Map.of(), labels(run)));
        assertThat(labels(run)).isEqualTo(ALPHABETICAL);

        RunFolder next = run(Map.of("resume_from", run.id()));
        assertThat(labels(next)).isEqualTo(ALPHABETICAL);
        next.append(Instant.EPOCH, RunEvent.Type.RESUMED, 5, SpecReferences.withOrder(Map.of(), labels(next)));
        assertThat(labels(next)).isEqualTo(ALPHABETICAL);
    }
}
