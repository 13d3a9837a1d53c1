package io.stepwise.serving;

import io.stepwise.diffusion.Ddim;
import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.Sampler;
import io.stepwise.diffusion.SamplerOptions;
import io.stepwise.diffusion.Trajectory;
import io.stepwise.image.Pixels;
import io.stepwise.model.InferenceNetwork;
import io.stepwise.model.UNet;
import io.stepwise.repository.Manifest;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.PipelineFolder;
import io.stepwise.repository.SchedulerBridge;
import io.stepwise.repository.SchedulerConfig;
import io.stepwise.sampling.Row;
import io.stepwise.sampling.StepLoop;
import io.stepwise.torchscript.NativeThreads;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A version of a model, ready for the engines: its networks with the EMA weights, and what requests may ask of it.
 *
 * <p>INVARIANT: an engine's stepper is that engine's alone; everything else here is immutable. Closing frees the weights,
 * after the last row.
 */
public final class ServedModel implements EngineModel, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ServedModel.class);

    private final ModelVersion version;
    private final String checkpointSha256;
    private final SchedulerConfig scheduler;
    private final DiscreteTime network;
    private final UNet net;
    private final List<String> labels;
    private final EngineSettings settings;
    private final ModelNetworks networks;
    private final AtomicReferenceArray<Stepper> steppers;
    private final StepTimes times;
    private final TrajectoryCache trajectories = new TrajectoryCache();

    private ServedModel(
            ModelVersion version,
            Manifest manifest,
            SchedulerConfig scheduler,
            EngineSettings settings,
            ModelNetworks networks)
            throws IOException {
        this.version = version;
        this.checkpointSha256 = manifest.checkpointSha256();
        this.scheduler = scheduler;
        this.network = SchedulerBridge.network(scheduler);
        this.net = networks.net();
        this.labels = ClassNames.of(net, manifest.metadata().labels());
        this.settings = settings;
        this.networks = networks;
        steppers = new AtomicReferenceArray<>(settings.engines());
        for (int engine = 0; engine < settings.engines(); engine++) {
            steppers.set(engine, newStepper(engine));
        }
        times = warmUp();
    }

    /**
     * Verifies the version's checksums, loads it to the devices of the engines, warms it up at every batch size, and
     * measures how long its steps take. Takes some seconds, and changes the calling thread's number of native threads.
     *
     * @param helpers make noise ahead of the steps; see {@link StepLoop#makeNoiseOn}
     * @throws IOException when a file is missing or damaged, or is no model that Stepwise can run
     */
    public static ServedModel load(
            ModelRepository repository, ModelVersion version, EngineSettings settings, @Nullable Executor helpers)
            throws IOException {
        Manifest manifest = repository.verify(version);
        PipelineFolder pipeline = version.pipeline();
        NativeThreads.ofThisThread(settings.threads());
        UNet net = UNet.of(pipeline.unetConfig());
        ModelNetworks networks = ModelNetworks.load(net, pipeline.weights(), settings, helpers);
        try {
            return new ServedModel(version, manifest, pipeline.schedulerConfig(), settings, networks);
        } catch (IOException | RuntimeException | Error e) {
            networks.close();
            throw e;
        }
    }

    private Stepper newStepper(int engine) {
        return settings.nullModel()
                ? new NullStepper(Math.toIntExact(networks.image().size()))
                : new NetworkStepper(newLoop(engine));
    }

    /** A loop of its own on this model's network for engine number {@code engine}; the caller closes it. */
    public StepLoop newLoop(int engine) {
        return networks.newLoop(engine, labels.size());
    }

    private StepTimes warmUp() {
        StepTimes measured = null;
        for (int engine = 0; engine < settings.engines(); engine++) {
            if (steppers.get(engine) instanceof NetworkStepper stepper) {
                Calibration calibration = new Calibration(stepper.loop(), network, labels.size());
                if (measured == null) {
                    measured = calibration.measure(settings.maxBatch(), !networks.onGpu());
                    LOG.infof("%s version %d: %s", version.model(), version.number(), measured);
                } else {
                    calibration.warmUp(measured.best());
                }
                stepper.loop().runAt(measured::sizeFor);
            }
        }
        return measured == null ? new StepTimes(new int[] {settings.maxBatch()}, new double[] {1}) : measured;
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
        return version;
    }

    /** The network that engine number {@code engine} computes with; stays this model's. */
    public InferenceNetwork network(int engine) {
        return networks.network(engine);
    }

    /** What can't be done of {@code request}; empty when everything can. */
    public List<FieldError> check(GenerationRequest request) {
        List<FieldError> errors = new ArrayList<>();
        int trained = network.schedule().timesteps();
        if (request.steps() > trained) {
            errors.add(new FieldError("/steps", "steps " + request.steps() + " must be 1 … " + trained));
        }
        String label = request.label();
        if (label != null && labels.isEmpty()) {
            errors.add(new FieldError("/label", "label \"" + label + "\" must be left out: the model has no classes"));
        } else if (label != null && labelNumber(label) < 0) {
            errors.add(new FieldError(
                    "/label",
                    "label \"" + label + "\" must be one of " + labels + " or a number 0 … " + (labels.size() - 1)));
        } else if (label == null && !labels.isEmpty() && !knowsNoLabel()) {
            errors.add(new FieldError("/label", "label must be given: one of " + labels));
        }
        if (request.guidance() != 1 && (label == null || !knowsNoLabel())) {
            errors.add(new FieldError(
                    "/guidance",
                    "guidance " + request.guidance() + " must be 1 "
                            + (knowsNoLabel()
                                    ? "without a label"
                                    : "for this model: it was trained without label dropout")));
        }
        return errors;
    }

    /** The way from noise to an image that {@code request} asks for. */
    public Trajectory trajectory(GenerationRequest request) {
        return trajectories.get(request, this::newTrajectory);
    }

    /** Whether {@link #trajectory} takes microseconds. */
    boolean hasTrajectory(GenerationRequest request) {
        return trajectories.has(request);
    }

    private Trajectory newTrajectory(GenerationRequest request) {
        String name = request.sampler().wireName();
        SamplerOptions options = new SamplerOptions(
                name, request.sampler().takesEta() ? request.eta() : null, spacing(request, name), null);
        Sampler sampler = options.sampler(
                SchedulerBridge.variance(scheduler), SchedulerBridge.clip(scheduler), scheduler.stepsOffset());
        if (sampler instanceof Ddim ddim) {
            sampler = new Ddim(
                    ddim.eta(),
                    ddim.spacing(),
                    ddim.stepsOffset(),
                    ddim.clip(),
                    scheduler.setAlphaToOne(),
                    false,
                    false);
        }
        return sampler.trajectory(network, request.steps());
    }

    /** What the request says; else, for the samplers that walk the timesteps, what the model's author says. */
    private @Nullable String spacing(GenerationRequest request, String sampler) {
        Spacing asked = request.spacing();
        if (asked != null) {
            return asked.wireName();
        }
        boolean walks = Set.of("ddim", "ddpm").contains(sampler);
        return walks && SamplerOptions.spacings(sampler).contains(scheduler.timestepSpacing())
                ? scheduler.timestepSpacing()
                : null;
    }

    /** The class of {@code label}, which {@link #check} has found good; null is "no label". */
    public int labelNumber(@Nullable String label) {
        if (label == null) {
            return labels.size();
        }
        int named = labels.indexOf(label);
        if (named >= 0 || !label.matches("[0-9]{1,9}")) {
            return named;
        }
        int number = Integer.parseInt(label);
        return number < labels.size() ? number : -1;
    }

    /**
     * The pictures of rows of this model that are done.
     *
     * @param created when the request was accepted
     * @param states of its images in the order of their index, {@code [C,H,W]} in about [-1,1] each
     */
    public Generation generation(GenerationRequest request, Instant created, List<float[]> states, Timings timings) {
        String label = request.label() == null ? null : labels.get(labelNumber(request.label()));
        List<GeneratedImage> images = IntStream.range(0, states.size())
                .mapToObj(i -> new GeneratedImage(i, request.seed(), label, pixels(states.get(i))))
                .toList();
        return new Generation(
                UUID.randomUUID().toString(),
                created,
                version.model(),
                version.number(),
                checkpointSha256,
                request,
                images,
                timings);
    }

    private Pixels pixels(float[] state) {
        return Pixels.fromSigned(state, 0, net.config().inChannels(), net.height(), net.width());
    }

    private boolean knowsNoLabel() {
        return ClassNames.canBeLeftOut(net, labels);
    }

    @Override
    public String toString() {
        return version.model() + " version " + version.number();
    }

    @Override
    public void close() {
        for (int engine = 0; engine < steppers.length(); engine++) {
            steppers.get(engine).close();
        }
        networks.close();
    }
}
