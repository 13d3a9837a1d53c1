package io.stepwise.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The features of this machine's processor for fewer bits than float32.
 *
 * @param flags the kernel's names of its instruction sets, such as {@code avx512_bf16}
 */
public record CpuFeatures(Set<String> flags) {
    private static final CpuFeatures HERE = new CpuFeatures(read(Path.of("/proc/cpuinfo")));

    public CpuFeatures {
        flags = Set.copyOf(flags);
    }

    /** The features of this machine; empty if the system does not report them. */
    public static CpuFeatures here() {
        return HERE;
    }

    /** Whether the processor multiplies bfloat16 in hardware, so that bfloat16 is faster than float32. */
    public boolean fastBf16() {
        return flags.contains("avx512_bf16") || flags.contains("amx_bf16") || flags.contains("bf16");
    }

    /** Whether oneDNN can prepack bfloat16 weights; it refuses on processors without these instructions. */
    public boolean packsBf16() {
        return flags.containsAll(Set.of("avx512bw", "avx512vl", "avx512dq")) || flags.contains("avx_ne_convert");
    }

    /** Whether the processor multiplies and adds 8-bit integers exactly; others are slower, and round sums that are too large. */
    public boolean fastInt8() {
        return flags.contains("avx512_vnni");
    }

    private static Set<String> read(Path cpuinfo) {
        try (Stream<String> lines = Files.lines(cpuinfo)) {
            return lines.filter(line -> line.startsWith("flags") || line.startsWith("Features"))
                    .flatMap(line -> Stream.of(
                            line.substring(line.indexOf(':') + 1).trim().split(" ")))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            return Set.of(); // not Linux: treated as a processor without bfloat16
        }
    }
}
