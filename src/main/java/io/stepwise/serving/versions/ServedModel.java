package io.stepwise.serving.versions;

import io.stepwise.diffusion.Trajectory;
import io.stepwise.image.Pixels;
import io.stepwise.model.InferenceNetwork;
import io.stepwise.model.Network;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.sampling.Guidance;
import io.stepwise.sampling.Row;
import io.stepwise.sampling.StepLoop;
import io.stepwise.schema.FieldError;
import io.stepwise.serving.engine.CompiledNetwork;
import io.stepwise.serving.engine.EngineModel;
import io.stepwise.serving.engine.EngineSettings;
import io.stepwise.serving.engine.NetworkStepper;
import io.stepwise.serving.engine.ProgressWatch;
import io.stepwise.serving.engine.StepTimes;
import io.stepwise.serving.engine.Stepper;
import io.stepwise.serving.request.GeneratedImage;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.Timings;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A version of a model that is ready for the engines: its networks with the EMA weights, its classes and its limits.
 *
 * <p>INVARIANT: each engine has a stepper of its own; everything else is immutable except the names of the classes.
 * Close it after its last row; that frees the weights.
 */
public final class ServedModel implements EngineModel, Guidance.Guide, AutoCloseable {
    private final VersionFiles files;
    private final CompiledNetwork compiled;
    private final EngineSettings settings;
    private final ModelNetworks networks;
    private final AtomicReferenceArray<NetworkStepper> steppers;
    private final Sampling sampling;
    private final RowMaker rowMaker;
    private volatile ModelLabels labels;

    private ServedModel(
            VersionFiles files,
            CompiledNetwork compiled,
            float[] ranges,
            EngineSettings settings,
            @Nullable Executor helpers)
            throws IOException {
        this.files = files;
        this.compiled = compiled;
        this.settings = settings;
        labels = files.labels();
        sampling = files.sampling();
        networks = ModelNetworks.load(compiled, files, ranges, helpers);
        rowMaker = new RowMaker(compiled.net(), (image, label) -> networks.encode(image, label, settings.threads()));
        steppers = new AtomicReferenceArray<>(settings.engines());
        try {
            firstSteps().take();
            for (int engine = 0; engine < settings.engines(); engine++) {
                steppers.set(engine, newStepper(engine));
            }
        } catch (IOException | RuntimeException | Error e) {
            free();
            throw e;
        }
    }

    /**
     * Loads the weights to the devices of the engines, and takes the first steps. {@link #time} follows.
     *
     * @param files the verified files of the version
     * @param compiled the compiled network and its step times; closed with this model, or when loading fails
     * @param ranges of the convolutions' inputs, if they are computed in int8; else empty
     * @param helpers make noise ahead of the steps; see {@link StepLoop#makeNoiseOn}
     * @throws IOException when Stepwise cannot run the model
     */
    static ServedModel load(
            VersionFiles files,
            CompiledNetwork compiled,
            float[] ranges,
            EngineSettings settings,
            @Nullable Executor helpers)
            throws IOException {
        try {
            return new ServedModel(files, compiled, ranges, settings, helpers);
        } catch (IOException | RuntimeException | Error e) {
            compiled.close();
            throw e;
        }
    }

    private NetworkStepper newStepper(int engine) {
        StepLoop loop = newLoop(engine);
        loop.runAt(rows -> times().sizeFor(rows));
        return new NetworkStepper(loop, engine);
    }

    /** A new step loop on this model's network for engine number {@code engine}; the caller closes it. */
    public StepLoop newLoop(int engine) {
        return networks.newLoop(engine, ModelLabels.none(compiled.net().classes()));
    }

    /** Measures the batch sizes, see {@link FirstSteps#time}. */
    void time() {
        firstSteps().time(this);
    }

    private FirstSteps firstSteps() {
        return new FirstSteps(compiled, this::newLoop, sampling::trial, labels.any(), settings.threads());
    }

    @Override
    public StepLoop loop(int engine) {
        return steppers.get(engine).loop();
    }

    @Override
    public StepTimes times() {
        return compiled.times();
    }

    @Override
    public Stepper stepper(int engine) {
        return steppers.get(engine);
    }

    @Override
    public void prepare(Row row) {
        loop(0).prepare(row);
    }

    @Override
    public void rebuild(int engine) {
        Stepper broken = steppers.get(engine);
        steppers.set(engine, newStepper(engine));
        broken.close();
    }

    /** The version and its model. */
    public ModelVersion version() {
        return files.version();
    }

    /** The network of engine number {@code engine}; it belongs to this model. */
    public InferenceNetwork network(int engine) {
        return networks.network(engine);
    }

    /**
     * Renames the classes of a version that brings no names of its own.
     *
     * @throws InvalidModelException when the number of names is not the number of classes
     */
    void relabel(List<String> names) throws InvalidModelException {
        if (files.manifest().metadata().labels().isEmpty()) {
            labels = ModelLabels.of(compiled.net().classes(), names);
        }
    }

    /** The fields of {@code request} that this version cannot honour; empty if it can honour all. */
    public List<FieldError> check(GenerationRequest request) {
        List<FieldError> errors = new ArrayList<>();
        sampling.check(request, errors);
        labels.check(request, errors);
        rowMaker.check(request, errors);
        return errors;
    }

    /** The trajectory from noise to image of {@code request}. */
    public Trajectory trajectory(GenerationRequest request) {
        return sampling.get(request);
    }

    /** Whether {@link #fitted} and {@link #rows} take microseconds. */
    public boolean isQuick(GenerationRequest request) {
        return request.source() == null && sampling.has(request);
    }

    /** The same request with its picture as the model's images are, and with what it leaves to the model. */
    public GenerationRequest fitted(GenerationRequest request) {
        return sampling.completed(rowMaker.fitted(request));
    }

    /**
     * The rows of {@code request}, which {@link #check} has accepted, in the order of its images.
     *
     * @param guide what guides them, which {@link GuideFit} has accepted; null for none
     * @param withEstimate whether every step keeps its estimate of the final image
     */
    public List<Row> rows(GenerationRequest request, @Nullable ServedModel guide, boolean withEstimate) {
        Trajectory trajectory = trajectory(request);
        return rowMaker.rows(
                request,
                withEstimate ? trajectory.withEstimate() : trajectory,
                index -> labels.number(request, index),
                guide);
    }

    Network net() {
        return compiled.net();
    }

    Sampling sampling() {
        return sampling;
    }

    /** A picture of the estimate of a row of {@code request}. */
    public GeneratedImage picture(GenerationRequest request, ProgressWatch.Estimate estimate) {
        float[] state = rowMaker.withKnown(request.source(), estimate.state());
        int index = request.firstIndex() + estimate.index();
        return image(request, index, state);
    }

    private GeneratedImage image(GenerationRequest request, int index, float[] state) {
        String label = labels.name(labels.number(request, index));
        return new GeneratedImage(index, request.seed(), label, pixels(state));
    }

    /** The classes and what labels mean. */
    public ModelLabels labels() {
        return labels;
    }

    /**
     * The generation made of finished rows.
     *
     * @param created when the request was accepted
     * @param states of its images in the order of their index, {@code [C,H,W]} in about [-1,1] each
     */
    public Generation generation(GenerationRequest request, Instant created, List<float[]> states, Timings timings) {
        List<GeneratedImage> images = IntStream.range(0, states.size())
                .mapToObj(i -> image(request, request.firstIndex() + i, states.get(i)))
                .toList();
        return new Generation(
                UUID.randomUUID().toString(),
                created,
                version().model(),
                version().number(),
                files.manifest().checkpointSha256(),
                request,
                images,
                timings);
    }

    /** The number of 8-bit samples of all images of {@code request}. */
    public long samples(GenerationRequest request) {
        return request.n() * compiled.image().size();
    }

    private Pixels pixels(float[] state) {
        Network net = compiled.net();
        return Pixels.fromSigned(state, 0, net.channels(), net.height(), net.width());
    }

    @Override
    public String toString() {
        return version().model() + " version " + version().number();
    }

    @Override
    public void close() {
        free();
        compiled.close();
    }

    private void free() {
        for (int engine = 0; engine < steppers.length(); engine++) {
            Stepper stepper = steppers.get(engine);
            if (stepper != null) { // null if the constructor failed halfway
                stepper.close();
            }
        }
        networks.close();
    }
}
