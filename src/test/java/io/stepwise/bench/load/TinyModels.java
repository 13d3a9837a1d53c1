package io.stepwise.bench.load;

import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.PipelineFolder;
import io.stepwise.repository.VersionMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The smallest networks of the golden data as published models: {@code plain}, and {@code labelled} with nine classes. */
record TinyModels(ModelRepository repository) {
    private static final Path GOLDEN = Path.of(System.getProperty("golden.dir", "src/test/resources/golden"));
    private static final List<String> LABELS = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i");

    static TinyModels in(Path folder) throws IOException {
        TinyModels models = new TinyModels(new ModelRepository(folder));
        models.publish("plain", "unet-tiny", VersionMetadata.NONE);
        models.publish("labelled", "unet-classcond", new VersionMetadata(null, null, Map.of(), LABELS, Map.of()));
        return models;
    }

    LoadedModel load(String name) throws IOException {
        return LoadedModel.load(repository, repository.served(name), new Workers(2, 1).settings());
    }

    private void publish(String name, String golden, VersionMetadata metadata) throws IOException {
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
