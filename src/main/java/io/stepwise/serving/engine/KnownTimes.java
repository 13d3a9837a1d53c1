package io.stepwise.serving.engine;

import ai.djl.engine.Engine;
import io.stepwise.repository.files.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The step times of one network on this processor, in a file that outlives the process. The file's name is a hash of all that
 * the times, and the bits of a row, depend on; so a file of another processor, libtorch or program is never read. A file that
 * can't be read or written does no harm: the times are measured then.
 *
 * <p>A line of the file is a batch size and the nanoseconds of a step, such as {@code 16 38870000}.
 */
record KnownTimes(@Nullable Path file) {
    private static final Logger LOG = Logger.getLogger(KnownTimes.class);
    private static final Path CPUINFO = Path.of("/proc/cpuinfo");
    private static final Set<String> PROCESSOR = Set.of(
            "vendor_id",
            "cpu family",
            "model",
            "model name",
            "stepping",
            "cache size",
            "flags",
            "CPU implementer",
            "CPU part",
            "CPU variant",
            "CPU revision",
            "Features");

    /** Environment variables that choose the instructions or the algorithms of libtorch's libraries start so. */
    private static final List<String> CHOICES = List.of("ONEDNN_", "DNNL_", "MKL_", "ATEN_", "OMP_", "KMP_", "TORCH_");

    /**
     * The times that belong to {@code key} and this machine.
     *
     * @param folder null if nothing is kept
     * @param key the network's program and how it is called
     */
    static KnownTimes of(@Nullable Path folder, String key) {
        return new KnownTimes(folder == null ? null : folder.resolve("steps-" + hash(key + "\n" + machine()) + ".txt"));
    }

    private static String machine() {
        Set<String> facts = new TreeSet<>();
        try (Stream<String> lines = Files.lines(CPUINFO)) {
            lines.filter(line -> PROCESSOR.contains(line.replaceFirst(":.*", "").strip()))
                    .forEach(facts::add);
        } catch (IOException e) {
            facts.add(System.getProperty("os.arch")); // not Linux
        }
        System.getenv().forEach((name, value) -> {
            if (CHOICES.stream().anyMatch(name::startsWith)) {
                facts.add(name + "=" + value);
            }
        });
        facts.add("libtorch " + Engine.getInstance().getVersion());
        facts.add("processors " + Runtime.getRuntime().availableProcessors());
        return String.join("\n", facts);
    }

    private static String hash(String text) {
        try {
            byte[] all = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(all, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The times of an earlier process; null if there are none. */
    @Nullable
    StepTimes read() {
        if (file == null || !Files.exists(file)) {
            return null;
        }
        try {
            return StepTimes.parse(Files.readAllLines(file));
        } catch (IOException | RuntimeException e) {
            LOG.warnf("%s is ignored, and step times are measured again: %s", file, e);
            return null;
        }
    }

    /** Keeps {@code times} for later processes. */
    void write(StepTimes times) {
        if (file == null) {
            return;
        }
        try {
            Files.createDirectories(file.resolveSibling(""));
            DurableFiles.replace(file, (String.join("\n", times.lines()) + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException | RuntimeException e) {
            LOG.debugf(e, "step times can't be kept in %s", file);
        }
    }
}
