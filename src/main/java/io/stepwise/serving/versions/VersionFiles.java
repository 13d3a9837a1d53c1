package io.stepwise.serving.versions;

import io.stepwise.diffusion.Parameterization;
import io.stepwise.model.UNet;
import io.stepwise.repository.Manifest;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.PipelineFolder;
import io.stepwise.repository.SchedulerBridge;
import io.stepwise.repository.SchedulerConfig;
import io.stepwise.repository.WeightsFile;
import java.io.IOException;

/**
 * The files of a version whose checksums were verified. The weights are read on demand.
 *
 * @param version the version
 * @param manifest the checksums of its files
 * @param pipeline its diffusers folder
 * @param net its network
 * @param scheduler its scheduler
 * @param labels its classes
 */
record VersionFiles(
        ModelVersion version,
        Manifest manifest,
        PipelineFolder pipeline,
        UNet net,
        SchedulerConfig scheduler,
        ModelLabels labels) {

    /**
     * Verifies every file, reads the configurations, and checks the shapes of the weights.
     *
     * @throws IOException when a file is missing or damaged, or needs something that Stepwise cannot run
     * @throws IllegalArgumentException in the same cases
     */
    static VersionFiles verify(ModelRepository repository, ModelVersion version) throws IOException {
        Manifest manifest = repository.verify(version);
        PipelineFolder pipeline = version.pipeline();
        pipeline.check();
        UNet net = UNet.of(pipeline.unetConfig());
        ModelLabels labels = ModelLabels.of(net.config(), version.labels());
        return new VersionFiles(version, manifest, pipeline, net, pipeline.schedulerConfig(), labels);
    }

    /** The parameterization of the network's output. */
    Parameterization network() throws IOException {
        return SchedulerBridge.network(scheduler);
    }

    /** Passes all weights, which are finite, to {@code sink}. */
    void readWeights(WeightsFile.Sink sink) throws IOException {
        pipeline.readWeights(sink);
    }
}
