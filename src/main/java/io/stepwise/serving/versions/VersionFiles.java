package io.stepwise.serving.versions;

import io.stepwise.model.Encoder;
import io.stepwise.model.Network;
import io.stepwise.repository.Manifest;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.NetworkFolder;
import io.stepwise.repository.PipelineFolder;
import io.stepwise.repository.SchedulerBridge;
import io.stepwise.repository.WeightsFile;
import java.io.IOException;

/**
 * The files of a version whose checksums were verified. The weights are read on demand.
 *
 * @param version the version
 * @param manifest the checksums of its files
 * @param folder its network and weights
 * @param net its network
 * @param labels its classes
 */
record VersionFiles(ModelVersion version, Manifest manifest, NetworkFolder folder, Network net, ModelLabels labels) {

    /**
     * Verifies every file, reads the configurations, and checks the shapes of the weights.
     *
     * @throws IOException when a file is missing or damaged, or needs something that Stepwise cannot run
     * @throws IllegalArgumentException in the same cases
     */
    static VersionFiles verify(ModelRepository repository, ModelVersion version) throws IOException {
        Manifest manifest = repository.verify(version);
        NetworkFolder folder = version.network();
        folder.check();
        Network net = folder.network();
        ModelLabels labels = ModelLabels.of(net.classes(), version.labels());
        return new VersionFiles(version, manifest, folder, net, labels);
    }

    /** How images are made with it. */
    Sampling sampling() throws IOException {
        return folder instanceof PipelineFolder pipeline
                ? new ScheduledSampling(
                        SchedulerBridge.samplerDefaults(pipeline.schedulerConfig()),
                        SchedulerBridge.network(pipeline.schedulerConfig()),
                        UsualSampling.of(manifest.metadata().attributes()))
                : new DirectSampling(net instanceof Encoder);
    }

    /** Passes all weights, which are finite, to {@code sink}. */
    void readWeights(WeightsFile.Sink sink) throws IOException {
        folder.readWeights(sink);
    }
}
