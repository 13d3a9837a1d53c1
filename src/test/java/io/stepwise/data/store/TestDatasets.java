package io.stepwise.data.store;

import io.stepwise.repository.files.DurableFiles;
import io.stepwise.upload.UploadLimits;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;

/** The data sets of tests of HTTP: in a folder of their own, with small limits, on a disk that fills up as told. */
@Singleton
public class TestDatasets {
    /** One upload at once beside that of a test that holds one. */
    public static final PictureLimits LIMITS =
            new PictureLimits(new UploadLimits(1 << 20, 20, 200, 2), 200_000, 10_000);

    public final Path root;

    /** Who works with whatever data set. */
    public volatile List<String> users = List.of();

    public volatile boolean diskFull;

    TestDatasets() throws IOException {
        root = Files.createTempDirectory("stepwise-datasets");
    }

    @Produces
    @Singleton
    DatasetStore store() {
        return new DatasetStore(root, LIMITS, dataset -> users, Clock.systemUTC(), (file, bytes) -> {
            if (diskFull) {
                throw new IOException("No space left on device");
            }
            Files.write(file, bytes, StandardOpenOption.CREATE_NEW);
        });
    }

    /** An empty folder. */
    public void reset() throws IOException {
        users = List.of();
        diskFull = false;
        DurableFiles.deleteTree(root);
        Files.createDirectories(root);
    }

    @PreDestroy
    void remove() throws IOException {
        DurableFiles.deleteTree(root);
    }
}
