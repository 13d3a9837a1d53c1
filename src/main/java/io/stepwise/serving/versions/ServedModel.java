package io.stepwise.serving.versions;

import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.Trajectory;
import io.stepwise.image.Pixels;
import io.stepwise.model.InferenceNetwork;
import io.stepwise.model.UNet;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.sampling.Row;
import io.stepwise.sampling.StepLoop;
import io.stepwise.serving.engine.Calibration;
import io.stepwise.serving.engine.CompiledUNet;
import io.stepwise.serving.engine.EngineModel;
import io.stepwise.serving.engine.EngineSettings;
import io.stepwise.serving.engine.NetworkStepper;
import io.stepwise.serving.engine.NullStepper;
import io.stepwise.serving.engine.ProgressWatch;
import io.stepwise.serving.engine.StepTimes;
import io.stepwise.serving.engine.Stepper;
import io.stepwise.serving.request.FieldError;
import io.stepwise.serving.request.GeneratedImage;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.Timings;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A version of a model, ready for the engines: its networks with the EMA weights, and what requests may ask of it.
 *
 * <p>INVARIANT: an engine's stepper is that engine's alone; everything else here but the names of the classes is immutable.
 * Closing frees the weights, after the last row.
 */
public final class ServedModel implements EngineModel, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ServedModel.class);

    private final VersionFiles files;
    private final CompiledUNet compiled;
    private final EngineSettings settings;
    private final DiscreteTime network;
    private final ModelNetworks networks;
    private final AtomicReferenceArray<Stepper> steppers;
    private final StepTimes times;
    private final TrajectoryCache trajectories;
    private final RowMaker rowMaker;
    private volatile ModelLabels labels;

    private ServedModel(VersionFiles files, CompiledUNet compiled, EngineSettings settings, @Nullable Executor helpers)
            throws IOException {
        this.files = files;
        this.compiled = compiled;
        this.settings = settings;
        network = files.network();
        labels = files.labels();
        rowMaker = new RowMaker(compiled.net());
        trajectories = new TrajectoryCache(new TrajectoryMaker(files.scheduler(), network));
        networks = ModelNetworks.load(compiled, files, helpers);
        steppers = new AtomicReferenceArray<>(settings.engines());
        try {
            for (int engine = 0; engine < settings.engines(); engine++) {
                steppers.set(engine, newStepper(engine));
            }
            times = settings.nullModel() ? new StepTimes(new int[] {settings.maxBatch()}, new double[] {1}) : warmUp();
        } catch (IOException | RuntimeException | Error e) {
            free();
            throw e;
        }
    }

    /**
     * Loads it to the devices of the engines, warms it up, and measures how long its steps take. Takes some seconds.
     *
     * @param files have been verified
     * @param compiled the version's network, in whose step times this model shares; closed with this model, or when it
     *     can't be made
     * @param helpers make noise ahead of the steps; see {@link StepLoop#makeNoiseOn}
     * @throws IOException when it is no model that Stepwise can run
     */
    static ServedModel load(
            VersionFiles files, CompiledUNet compiled, EngineSettings settings, @Nullable Executor helpers)
            throws IOException {
        try {
            return new ServedModel(files, compiled, settings, helpers);
        } catch (IOException | RuntimeException | Error e) {
            compiled.close();
            throw e;
        }
    }

    private Stepper newStepper(int engine) {
        return settings.nullModel()
                ? new NullStepper(Math.toIntExact(compiled.image().size()))
                : new NetworkStepper(newLoop(engine));
    }

    /** A loop of its own on this model's network for engine number {@code engine}; the caller closes it. */
    public StepLoop newLoop(int engine) {
        return networks.newLoop(engine, ModelLabels.none(compiled.net().config()));
    }

    /**
     * Takes a step on every device, which shows whether the network runs and makes numbers. Where it was compiled anew it is
     * warmed up, and its times are measured unless they are known.
     */
    private StepTimes warmUp() throws IOException {
        StepTimes known = compiled.times();
        for (int device = 0; device < compiled.devices(); device++) {
            Calibration calibration = new Calibration(
                    loop(device), network, labels.any(), Calibration.clock(compiled.onGpu(), settings.threads()));
            calibration.check(Math.min(2, settings.maxBatch()));
            if (known == null) {
                known = calibration.measure(settings.maxBatch(), !compiled.onGpu());
                LOG.infof("%s: %s", this, known);
            } else if (!compiled.isWarm()) {
                calibration.warmUp(known.best());
            }
        }
        StepTimes measured = Objects.requireNonNull(known);
        compiled.warm(measured);
        for (int engine = 0; engine < settings.engines(); engine++) {
            loop(engine).runAt(measured::sizeFor);
        }
        return measured;
    }

    private StepLoop loop(int engine) {
        return ((NetworkStepper) steppers.get(engine)).loop();
    }

    @Override
    public StepTimes times() {
        return times;
    }

    @Override
    public Stepper stepper(int engine) {
        return steppers.get(engine);
    }

    @Override
    public void prepare(Row row) {
        if (steppers.get(0) instanceof NetworkStepper stepper) {
            stepper.loop().prepare(row);
        }
    }

    @Override
    public void rebuild(int engine) {
        Stepper broken = steppers.get(engine);
        Stepper anew = newStepper(engine);
        if (anew instanceof NetworkStepper stepper) {
            stepper.loop().runAt(times::sizeFor);
        }
        steppers.set(engine, anew);
        broken.close();
    }

    /** Which version of which model. */
    public ModelVersion version() {
        return files.version();
    }

    /** The network that engine number {@code engine} computes with; stays this model's. */
    public InferenceNetwork network(int engine) {
        return networks.network(engine);
    }

    /**
     * Gives the classes of a version that brings no names for them other names.
     *
     * @throws InvalidModelException when they are not as many as there are classes
     */
    void relabel(List<String> names) throws InvalidModelException {
        if (files.manifest().metadata().labels().isEmpty()) {
            labels = ModelLabels.of(compiled.net().config(), names);
        }
    }

    /** What can't be done of {@code request}; empty when everything can. */
    public List<FieldError> check(GenerationRequest request) {
        List<FieldError> errors = new ArrayList<>();
        int trained = network.schedule().timesteps();
        if (request.steps() > trained) {
            errors.add(new FieldError("/steps", "steps " + request.steps() + " must be 1 … " + trained));
        }
        labels.check(request, errors);
        rowMaker.check(request, errors);
        return errors;
    }

    /** The way from noise to an image that {@code request} asks for. */
    public Trajectory trajectory(GenerationRequest request) {
        return trajectories.get(request);
    }

    /** Whether {@link #fitted} and {@link #rows} take microseconds. */
    public boolean isQuick(GenerationRequest request) {
        return request.source() == null && trajectories.has(request);
    }

    /** The same request with its picture as it is used: at the size and with the channels of the model's images. */
    public GenerationRequest fitted(GenerationRequest request) {
        return rowMaker.fitted(request);
    }

    /**
     * The rows of {@code request}, which {@link #check} has found good, in the order of its images.
     *
     * @param withEstimate whether every step tells what the image is taken to be
     */
    public List<Row> rows(GenerationRequest request, boolean withEstimate) {
        Trajectory trajectory = trajectory(request);
        return rowMaker.rows(
                request, withEstimate ? trajectory.withEstimate() : trajectory, labelNumber(request.label()));
    }

    /** A picture of what a row of {@code request} is taken to be. */
    public GeneratedImage picture(GenerationRequest request, ProgressWatch.Estimate estimate) {
        float[] state = rowMaker.withKnown(request.source(), estimate.state());
        return new GeneratedImage(estimate.index(), request.seed(), labels.name(request.label()), pixels(state));
    }

    /** The class of {@code label}, which {@link #check} has found good; null is "no label". */
    public int labelNumber(@Nullable String label) {
        return labels.number(label);
    }

    /**
     * The pictures of rows of this model that are done.
     *
     * @param created when the request was accepted
     * @param states of its images in the order of their index, {@code [C,H,W]} in about [-1,1] each
     */
    public Generation generation(GenerationRequest request, Instant created, List<float[]> states, Timings timings) {
        String label = labels.name(request.label());
        List<GeneratedImage> images = IntStream.range(0, states.size())
                .mapToObj(i -> new GeneratedImage(i, request.seed(), label, pixels(states.get(i))))
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

    /** 8-bit samples of all images of {@code request}. */
    public long samples(GenerationRequest request) {
        return request.n() * compiled.image().size();
    }

    private Pixels pixels(float[] state) {
        UNet net = compiled.net();
        return Pixels.fromSigned(state, 0, net.config().inChannels(), net.height(), net.width());
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
            if (stepper != null) { // where not all could be made
                stepper.close();
            }
        }
        networks.close();
    }
}
