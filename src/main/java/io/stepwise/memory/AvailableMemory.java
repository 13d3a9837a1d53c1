package io.stepwise.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The memory that a new process may still take: the minimum over the machine and the control groups (versions 1 and 2)
 * of this process. Linux only.
 *
 * @param root of the file system whose {@code /proc} and {@code /sys} are read
 */
public record AvailableMemory(Path root) {
    /** The folder of a control group and the names of its files. */
    private enum Version {
        V1("sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
        V2("sys/fs/cgroup", "memory.max", "memory.current", "inactive_file");

        private final String mount;
        private final String limit;
        private final String usage;
        private final String reclaimable;

        Version(String mount, String limit, String usage, String reclaimable) {
            this.mount = mount;
            this.limit = limit;
            this.usage = usage;
            this.reclaimable = reclaimable;
        }
    }

    /** The memory of this machine. */
    public static AvailableMemory here() {
        return new AvailableMemory(Path.of("/"));
    }

    /** In bytes; empty if the system does not tell. */
    public OptionalLong bytes() throws IOException {
        List<Long> bounds = new ArrayList<>();
        number(lines("proc/meminfo"), "MemAvailable:").ifPresent(kib -> bounds.add(kib << 10));
        for (String line : lines("proc/self/cgroup")) {
            String[] parts = line.split(":", 3); // hierarchy, controllers, path
            if (parts.length == 3
                    && (parts[1].isEmpty() || List.of(parts[1].split(",")).contains("memory"))) {
                addBounds(parts[1].isEmpty() ? Version.V2 : Version.V1, parts[2], bounds);
            }
        }
        return bounds.stream().mapToLong(Long::longValue).min();
    }

    /**
     * The free memory of a group and all its parents; in a container, whose group has another path outside, of the
     * container's group.
     */
    private void addBounds(Version version, String group, List<Long> bounds) throws IOException {
        Path mount = root.resolve(version.mount).normalize();
        for (Path folder = mount.resolve(group.substring(1)).normalize();
                folder != null && folder.startsWith(mount);
                folder = folder.getParent()) {
            OptionalLong limit = only(folder.resolve(version.limit));
            OptionalLong usage = only(folder.resolve(version.usage));
            if (limit.isPresent() && usage.isPresent()) {
                long cache = number(lines(folder.resolve("memory.stat")), version.reclaimable)
                        .orElse(0);
                bounds.add(Math.max(0, limit.getAsLong() - (usage.getAsLong() - cache)));
            }
        }
    }

    /** The number in a file; empty for {@code max}. */
    private static OptionalLong only(Path file) throws IOException {
        List<String> lines = lines(file);
        return lines.size() == 1
                        && lines.get(0).matches("[0-9]{1,19}")
                        && lines.get(0).length() < 19
                ? OptionalLong.of(Long.parseLong(lines.get(0)))
                : OptionalLong.empty();
    }

    private static OptionalLong number(List<String> lines, String name) {
        return lines.stream()
                .map(line -> line.trim().split("\\s+"))
                .filter(words -> words.length >= 2 && words[0].equals(name))
                .mapToLong(words -> Long.parseLong(words[1]))
                .findFirst();
    }

    private List<String> lines(String file) throws IOException {
        return lines(root.resolve(file));
    }

    private static List<String> lines(Path file) throws IOException {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }
}
