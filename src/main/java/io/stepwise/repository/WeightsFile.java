package io.stepwise.repository;

import io.stepwise.model.ParameterSpec;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.repository.safetensors.Dtype;
import io.stepwise.repository.safetensors.Safetensors;
import io.stepwise.repository.safetensors.StoredTensors;
import io.stepwise.repository.safetensors.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The weights of a network as one flat array and as a safetensors file. Reading understands the parameter names of old
 * checkpoints; writing uses the present ones.
 */
public final class WeightsFile {
    private static final List<Dtype> FLOATING = List.of(Dtype.F32, Dtype.F16, Dtype.BF16, Dtype.F64);
    private static final int LISTED = 20;

    private static final String STEM = "diffusion_pytorch_model";
    private static final List<String> VARIANTS = List.of("", ".fp32", ".fp16", ".bf16");
    /** Whole files, and indexes of split ones as present and earlier versions of diffusers name them. */
    private static final List<String> FORMS =
            List.of("%s.safetensors", "%s.safetensors.index.json", ".safetensors.index%s.json");

    private static final List<String> NAMES = VARIANTS.stream()
            .flatMap(variant -> FORMS.stream().map(form -> STEM + form.replace("%s", variant)))
            .distinct()
            .toList();
    private static final Pattern PICKLE = Pattern.compile(".*\\.(?:bin|ckpt|pt|pth|pkl)(?:\\.index(?:\\..*)?\\.json)?");
    private static final Pattern PART = Pattern.compile(".*-\\d{5}-of-\\d{5}(?:\\..*)?\\.safetensors");
    private static final Pattern OTHER = Pattern.compile(".*\\.(?:safetensors|msgpack|h5|onnx|pb)");

    /** Attention blocks before diffusers 0.15, whose weights were no linear layers; {@code google/ddpm-*} has them. */
    private static final Pattern OLD_ATTENTION =
            Pattern.compile("(.*attentions\\.\\d+\\.)(query|key|value|proj_attn)(\\.(?:weight|bias))");

    private static final Pattern ATTENTION_WEIGHT =
            Pattern.compile(".*attentions\\.\\d+\\.(?:to_q|to_k|to_v|to_out\\.0)\\.weight");
    private static final Map<String, String> MODERN =
            Map.of("query", "to_q", "key", "to_k", "value", "to_v", "proj_attn", "to_out.0");

    private WeightsFile() {}

    /**
     * The weights in the folder of a U-Net, or the index of their files; in full precision if there are several.
     *
     * @throws InvalidModelException when there are none in a form that is read, with the way to such a form
     */
    static Path find(Path unet) throws IOException {
        for (String name : NAMES) {
            if (Files.isRegularFile(unet.resolve(name))) {
                return unet.resolve(name);
            }
        }
        List<String> files;
        try (Stream<Path> all = Files.list(unet)) {
            files = all.map(file -> String.valueOf(file.getFileName())).sorted().toList();
        }
        throw new InvalidModelException(first(files, PART)
                .map(file -> file + " is a part of split weights, whose index is missing, must be one of " + indexes())
                .or(() -> first(files, PICKLE)
                        .map(file ->
                                file + " is a Python pickle, which can run any code and is not read: load the model "
                                        + "with diffusers and save it with safe_serialization=True"))
                .or(() -> first(files, OTHER)
                        .map(file -> "the weights are in " + file + ", must be in one of " + NAMES
                                + ": rename the file if it is that of the U-Net, or save the model with diffusers"))
                .orElse("no weights in the folder, must be one of " + NAMES));
    }

    private static Optional<String> first(List<String> files, Pattern pattern) {
        return files.stream().filter(file -> pattern.matcher(file).matches()).findFirst();
    }

    private static List<String> indexes() {
        return NAMES.stream().filter(name -> name.endsWith(".json")).toList();
    }

    public interface Sink {
        /**
         * @param offset position of the piece in the concatenation of all parameters
         * @param values valid only until this method returns
         * @param count number of values
         */
        void put(long offset, float[] values, int count);
    }

    /**
     * Reads every parameter, in the order of {@code specs}, into one array.
     *
     * @return as long as all parameters together, every number finite
     * @throws InvalidModelException when tensors are missing, surplus or misshapen, listing each with the shapes found
     *     and expected, or when weights are not finite
     */
    public static float[] readFlat(Path path, List<ParameterSpec> specs) throws IOException {
        float[] flat = new float[flatSize(specs)];
        read(path, specs, (offset, values, count) -> System.arraycopy(values, 0, flat, (int) offset, count));
        return flat;
    }

    /**
     * Reads every parameter, in the order of {@code specs}, with little memory.
     *
     * @throws InvalidModelException as {@link #readFlat}; {@code sink} may have received weights by then
     */
    public static void read(Path path, List<ParameterSpec> specs, Sink sink) throws IOException {
        try (StoredTensors file = StoredTensors.open(path)) {
            Map<String, String> stored = match(path, file, specs);
            Map<String, String> faults = new LinkedHashMap<>();
            long offset = 0;
            for (ParameterSpec spec : specs) {
                long begin = offset;
                file.floats(stored.getOrDefault(spec.name(), spec.name()), (values, count, first) -> {
                    for (int i = 0; i < count; i++) {
                        if (!Float.isFinite(values[i])) {
                            faults.putIfAbsent(
                                    spec.name(),
                                    spec.name() + "[" + (first + i) + "] is " + values[i] + ", must be finite");
                        }
                    }
                    sink.put(begin + first, values, count);
                });
                offset += spec.size();
            }
            refuse(path, List.copyOf(faults.values()));
        }
    }

    /**
     * Writes the parameters that are concatenated in {@code flat}.
     *
     * @param dtype F32, F16 or BF16
     */
    public static void writeFlat(Path path, List<ParameterSpec> specs, float[] flat, Dtype dtype) throws IOException {
        Safetensors.write(path, tensors(specs, flat), Map.of("format", "pt"), dtype);
    }

    /** Views of the parameters that are concatenated in {@code flat}. */
    public static List<Tensor> tensors(List<ParameterSpec> specs, float[] flat) {
        if (flat.length != flatSize(specs)) {
            throw new IllegalArgumentException("flat has " + flat.length + " numbers, must have " + flatSize(specs));
        }
        List<Tensor> tensors = new ArrayList<>(specs.size());
        int offset = 0;
        for (ParameterSpec spec : specs) {
            tensors.add(Tensor.of(spec, flat, offset));
            offset += (int) spec.size();
        }
        return tensors;
    }

    /**
     * Checks names and shapes without reading the weights.
     *
     * @return whether it is one file in diffusers' present form: present names and shapes, one dtype of F32, F16, BF16
     * @throws InvalidModelException as {@link #readFlat}
     */
    public static boolean check(Path path, List<ParameterSpec> specs) throws IOException {
        try (StoredTensors file = StoredTensors.open(path)) {
            Map<String, String> stored = match(path, file, specs);
            Set<Dtype> dtypes = new HashSet<>();
            boolean modern = true;
            for (ParameterSpec spec : specs) {
                String name = stored.getOrDefault(spec.name(), spec.name());
                dtypes.add(file.dtype(name));
                modern &= name.equals(spec.name())
                        && file.shape(name).size() == spec.shape().size();
            }
            return file instanceof Safetensors && modern && dtypes.size() == 1 && !dtypes.contains(Dtype.F64);
        }
    }

    /** The stored name of every parameter, by its present name. */
    private static Map<String, String> match(Path path, StoredTensors file, List<ParameterSpec> specs)
            throws InvalidModelException {
        Map<String, String> stored = new HashMap<>();
        List<String> faults = new ArrayList<>();
        for (String name : file.names()) {
            String twin = stored.put(modern(name), name);
            if (twin != null) {
                faults.add(name + " and " + twin + " are the same parameter");
            }
        }
        Set<String> surplus = new HashSet<>(stored.keySet());
        for (ParameterSpec spec : specs) {
            surplus.remove(spec.name());
            String name = stored.get(spec.name());
            if (name == null) {
                faults.add(spec.name() + " is missing, must have shape " + spec.shape());
                continue;
            }
            checkForm(file, name, spec, faults);
        }
        surplus.stream()
                .map(name -> stored.getOrDefault(name, name))
                .sorted()
                .forEach(name -> faults.add(name + " with shape " + file.shape(name) + " has no place in the network"));
        refuse(path, faults);
        return stored;
    }

    private static void checkForm(StoredTensors file, String name, ParameterSpec spec, List<String> faults) {
        List<Long> expected = spec.shape().stream().map(Integer::longValue).toList();
        if (!modernShape(spec.name(), file.shape(name)).equals(expected)) {
            faults.add(name + " has shape " + file.shape(name) + ", must have " + expected);
        } else if (!FLOATING.contains(file.dtype(name))) {
            faults.add(name + " has dtype " + file.dtype(name) + ", must have one of " + FLOATING);
        }
    }

    private static int flatSize(List<ParameterSpec> specs) {
        long size = specs.stream().mapToLong(ParameterSpec::size).sum();
        if (size > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("the network has " + size + " parameters, must have at most 2^31 - 9");
        }
        return (int) size;
    }

    private static void refuse(Path path, List<String> faults) throws InvalidModelException {
        if (!faults.isEmpty()) {
            String more = faults.size() > LISTED ? "; and " + (faults.size() - LISTED) + " more" : "";
            throw new InvalidModelException(path.getFileName() + " does not fit the network: "
                    + String.join("; ", faults.subList(0, Math.min(LISTED, faults.size()))) + more);
        }
    }

    /** The parameter's name in diffusers today. */
    static String modern(String name) {
        Matcher old = OLD_ATTENTION.matcher(name);
        return old.matches() ? old.group(1) + MODERN.get(old.group(2)) + old.group(3) : name;
    }

    /** The parameter's shape in diffusers today: attention weights of shape [C, C, 1, 1] are [C, C]. */
    static List<Long> modernShape(String modernName, List<Long> shape) {
        boolean convolution = shape.size() == 4 && shape.get(2) == 1 && shape.get(3) == 1;
        return convolution && ATTENTION_WEIGHT.matcher(modernName).matches() ? shape.subList(0, 2) : shape;
    }
}
