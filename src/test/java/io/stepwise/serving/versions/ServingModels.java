package io.stepwise.serving.versions;

import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.PipelineFolder;
import io.stepwise.repository.VersionMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The smallest networks of the golden data as a model repository: "plain", "worse" that can guide it, "labelled" with nine classes, and "edm". */
public final class ServingModels {
    public static final List<String> LABELS = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i");

    /** Looks often, and has memory for all. */
    public static final ReloadSettings RELOAD = new ReloadSettings(Duration.ofMillis(50), 1L << 30);

    private static final Path GOLDEN = Path.of(System.getProperty("golden.dir"));

    private ServingModels() {}

    public static ModelRepository publish(Path folder) throws IOException {
        ModelRepository repository = new ModelRepository(folder);
        publish(repository, "plain", "unet-tiny", VersionMetadata.NONE);
        publish(repository, "labelled", "unet-classcond", new VersionMetadata(null, null, Map.of(), LABELS, Map.of()));
        new Workshop(repository, "worse", GOLDEN.resolve("unet-tiny"), VersionMetadata.NONE).publish(9);
        publish(repository, "edm", "pipeline-edm", VersionMetadata.NONE);
        return repository;
    }

    /** Adds "calm", which holds in int8, as trained networks do; the others exaggerate any difference. */
    public static ModelRepository publishCalm(ModelRepository repository) throws IOException {
        new Workshop(repository, "calm", GOLDEN.resolve("unet-tiny"), VersionMetadata.NONE).publish(-70);
        return repository;
    }

    private static void publish(ModelRepository repository, String name, String golden, VersionMetadata metadata)
            throws IOException {
        ModelVersion imported = repository.importFolder(GOLDEN.resolve(golden), "import-" + name);
        repository.publish(
                name,
                folder -> {
                    for (String file : PipelineFolder.FILES) {
                        Files.createDirectories(folder.resolve(file).getParent());
                        Files.copy(imported.folder().resolve(file), folder.resolve(file));
                    }
                },
                metadata);
    }
}
