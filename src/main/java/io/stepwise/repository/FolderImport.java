package io.stepwise.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * A diffusers folder from elsewhere that has been read and found good.
 *
 * @param source the folder
 * @param asToday whether its weights are as diffusers writes them today
 * @param weights all of them, in the order of the network's parameters
 */
@SuppressWarnings("ArrayRecordComponent") // written out and forgotten
record FolderImport(Path source, PipelineFolder pipeline, boolean asToday, float[] weights) {
    /** @throws InvalidModelException when the folder holds no model that can be served; every weight is read for this */
    static FolderImport of(Path source) throws IOException {
        PipelineFolder pipeline = PipelineFolder.open(source);
        pipeline.schedulerConfig();
        boolean asToday = pipeline.check();
        return new FolderImport(source, pipeline, asToday, pipeline.weights());
    }

    /** Configurations are written anew; weights are copied as they are where they are as today, and converted else. */
    void writeTo(Path staging) throws IOException {
        PipelineFolder.writeConfigs(staging, pipeline.unetConfig(), pipeline.schedulerConfig());
        Path target = staging.resolve(PipelineFolder.WEIGHTS);
        if (asToday) {
            Files.copy(pipeline.weightsFile(), target);
        } else {
            WeightsFile.writeFlat(target, pipeline.parameters(), weights, Dtype.F32);
        }
    }

    /** What a manifest in the folder says of the model, and where it comes from. */
    VersionMetadata metadata() throws IOException {
        Path manifest = source.resolve(Manifest.FILE);
        VersionMetadata given = Files.exists(manifest) ? Manifest.read(manifest).metadata() : VersionMetadata.NONE;
        Map<String, String> attributes = new TreeMap<>(given.attributes());
        attributes.put("imported_from", String.valueOf(source.getFileName()));
        return new VersionMetadata(given.run(), given.step(), given.metrics(), given.labels(), attributes);
    }
}
