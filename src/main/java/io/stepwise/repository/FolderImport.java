package io.stepwise.repository;

import io.stepwise.model.ParameterSpec;
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
 * A diffusers folder from another source that has been read and checked.
 *
 * @param weights all of them, in the order of the network's parameters; null if the file is already in diffusers'
 *     present form and need not be converted
 * @param dtype in which converted weights are written
 */
@SuppressWarnings("ArrayRecordComponent") // written once, never compared
record FolderImport(Path source, NetworkFolder network, float @Nullable [] weights, Dtype dtype) {
    /** The largest number of a half, 2¹⁶ − 2⁵. */
    private static final float MAX_HALF = 65504;

    /**
     * @param half whether weights are rounded to half precision
     * @throws InvalidModelException when the folder holds no model that can be served, or a weight is too large to be
     *     rounded; every weight is read for this
     */
    static FolderImport of(Path source, boolean half) throws IOException {
        NetworkFolder network = NetworkFolder.open(source);
        if (network.check() && !half) {
            network.readWeights((offset, values, count) -> {}); // only checked: a large model fits in no array
            return new FolderImport(source, network, null, Dtype.F32);
        }
        requireHeap(network);
        float[] weights = network.weights();
        for (float weight : weights) {
            if (half && Math.abs(weight) > MAX_HALF) {
                throw new InvalidModelException(
                        "a weight is " + weight + ", must be at most " + MAX_HALF + " for half precision");
            }
        }
        return new FolderImport(source, network, weights, half ? Dtype.F16 : Dtype.F32);
    }

    /** Refuses weights that have to be converted if they don't fit into Java's memory beside what is there. */
    private static void requireHeap(NetworkFolder network) throws IOException {
        long needs = Float.BYTES
                * network.parameters().stream().mapToLong(ParameterSpec::size).sum();
        Runtime java = Runtime.getRuntime();
        long has = java.maxMemory() - (java.totalMemory() - java.freeMemory());
        if (needs > has) {
            throw new InvalidModelException("the weights must be converted, which needs " + needs
                    + " bytes of Java's memory, and " + has + " are free: load the model with diffusers and save it as "
                    + "float32, or give Java more (-Xmx)");
        }
    }

    /** Configurations are written anew; weights are copied if they are in the present form, and converted otherwise. */
    void writeTo(Path staging) throws IOException {
        network.writeConfigs(staging);
        Path target = staging.resolve(network.weightsPath());
        if (weights == null) {
            Files.copy(network.weightsFile(), target);
        } else {
            WeightsFile.writeFlat(target, network.parameters(), weights, dtype);
        }
        Path specification = source.resolve(ModelVersion.SPECIFICATION);
        if (Files.isRegularFile(specification) && Files.exists(source.resolve(Manifest.FILE))) { // Stepwise wrote them
            Files.copy(specification, staging.resolve(ModelVersion.SPECIFICATION));
        }
    }

    /**
     * The folder of the unpacked files, or its only entry if that is a folder: many archives have one folder around
     * everything.
     */
    static Path unwrapped(Path folder) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            Iterator<Path> all = entries.iterator();
            Path first = all.hasNext() ? all.next() : folder;
            return all.hasNext() || !Files.isDirectory(first) ? folder : first;
        }
    }

    /** The metadata of a manifest in the folder, with the origin of the folder. */
    VersionMetadata metadata() throws IOException {
        return metadata(String.valueOf(source.getFileName()));
    }

    /** The same for a folder whose name means nothing; {@code from} is its origin. */
    VersionMetadata metadata(String from) throws IOException {
        Path manifest = source.resolve(Manifest.FILE);
        VersionMetadata given = Files.exists(manifest) ? Manifest.read(manifest).metadata() : VersionMetadata.NONE;
        Map<String, String> attributes = new TreeMap<>(given.attributes());
        attributes.keySet().removeIf(IdempotencyRecord::isAttribute); // they belong to another request
        attributes.put("imported_from", from);
        return new VersionMetadata(given.run(), given.step(), given.metrics(), given.labels(), attributes);
    }
}
