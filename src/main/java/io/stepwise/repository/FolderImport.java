package io.stepwise.repository;

import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.repository.safetensors.Dtype;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A diffusers folder from elsewhere that has been read and found good.
 *
 * @param source the folder
 * @param weights all of them, in the order of the network's parameters; null where their file is as diffusers writes it
 *     today, so that it need not be converted
 */
@SuppressWarnings("ArrayRecordComponent") // written out and forgotten
record FolderImport(Path source, PipelineFolder pipeline, float @Nullable [] weights) {
    /** @throws InvalidModelException when the folder holds no model that can be served; every weight is read for this */
    static FolderImport of(Path source) throws IOException {
        PipelineFolder pipeline = PipelineFolder.open(source);
        pipeline.schedulerConfig();
        if (!pipeline.check()) {
            return new FolderImport(source, pipeline, pipeline.weights());
        }
        pipeline.readWeights((offset, values, count) -> {}); // they are only looked at: a large model fits in no array
        return new FolderImport(source, pipeline, null);
    }

    /** Configurations are written anew; weights are copied as they are where they are as today, and converted else. */
    void writeTo(Path staging) throws IOException {
        PipelineFolder.writeConfigs(staging, pipeline.unetConfig(), pipeline.schedulerConfig());
        Path target = staging.resolve(PipelineFolder.WEIGHTS);
        if (weights == null) {
            Files.copy(pipeline.weightsFile(), target);
        } else {
            WeightsFile.writeFlat(target, pipeline.parameters(), weights, Dtype.F32);
        }
    }

    /**
     * The folder that files were unpacked to, or the only thing in it, if that is a folder: many archives have one round
     * everything.
     */
    static Path unwrapped(Path folder) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            Iterator<Path> all = entries.iterator();
            Path first = all.hasNext() ? all.next() : folder;
            return all.hasNext() || !Files.isDirectory(first) ? folder : first;
        }
    }

    /** What a manifest in the folder says of the model, and where it comes from. */
    VersionMetadata metadata() throws IOException {
        return metadata(String.valueOf(source.getFileName()));
    }

    /** The same for a folder whose name says nothing; {@code from} is where it comes from. */
    VersionMetadata metadata(String from) throws IOException {
        Path manifest = source.resolve(Manifest.FILE);
        VersionMetadata given = Files.exists(manifest) ? Manifest.read(manifest).metadata() : VersionMetadata.NONE;
        Map<String, String> attributes = new TreeMap<>(given.attributes());
        attributes.keySet().removeIf(IdempotencyRecord::isAttribute); // it was made by another request
        attributes.put("imported_from", from);
        return new VersionMetadata(given.run(), given.step(), given.metrics(), given.labels(), attributes);
    }
}
