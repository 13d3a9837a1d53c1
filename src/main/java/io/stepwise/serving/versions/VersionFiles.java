package io.stepwise.serving.versions;

import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.model.UNet;
import io.stepwise.repository.Manifest;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.PipelineFolder;
import io.stepwise.repository.SchedulerBridge;
import io.stepwise.repository.SchedulerConfig;
import io.stepwise.repository.WeightsFile;
import java.io.IOException;
import java.util.List;

/**
 * What the folder of a version says, after its checksums were found right. The weights are read when they are asked for.
 *
 * @param version which it is
 * @param manifest what every file must be
 * @param pipeline where the files are
 * @param net its network
 * @param scheduler how its author samples
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
     * @throws IOException when a file is missing or damaged, or says what Stepwise can't run
     * @throws IllegalArgumentException the same
     */
    static VersionFiles verify(ModelRepository repository, ModelVersion version) throws IOException {
        Manifest manifest = repository.verify(version);
        PipelineFolder pipeline = version.pipeline();
        pipeline.check();
        UNet net = UNet.of(pipeline.unetConfig());
        List<String> own = manifest.metadata().labels();
        List<String> labels =
                own.isEmpty() ? repository.settings(version.model()).labels() : own;
        return new VersionFiles(
                version, manifest, pipeline, net, pipeline.schedulerConfig(), ModelLabels.of(net.config(), labels));
    }

    /** What the network's output means. */
    DiscreteTime network() throws IOException {
        return SchedulerBridge.network(scheduler);
    }

    /** Gives all weights, which are finite, to {@code sink}. */
    void readWeights(WeightsFile.Sink sink) throws IOException {
        pipeline.readWeights(sink);
    }
}
