package io.stepwise.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AvailableMemoryTest {
    private static final String V1_UNLIMITED = "9223372036854771712";

    @TempDir
    private Path root;

    @Test
    void bytes_ofThisMachine_areMoreThanNone() throws IOException {
        assertThat(AvailableMemory.here().bytes().orElse(1)).isPositive();
    }

    @Test
    void bytes_noGroup_areTheMachines() throws IOException {
        write("proc/meminfo", "MemTotal:  2000 kB\nMemFree: 10 kB\nMemAvailable:   1000 kB\n");
        assertThat(bytes()).isEqualTo(1000 << 10);
        write("proc/self/cgroup", "0::/\n");
        assertThat(bytes()).isEqualTo(1000 << 10);
    }

    @Test
    void bytes_secondVersion_areTheLeastOfAllGroupsAround() throws IOException {
        write("proc/meminfo", "MemAvailable: 1000000 kB\n");
        write("proc/self/cgroup", "0::/pods/pod1/main\n");
        group("sys/fs/cgroup/pods/pod1/main", "max", "5000", "inactive_file 100");
        group("sys/fs/cgroup/pods/pod1", "9000", "6000", "anon 5\ninactive_file 1000");
        group("sys/fs/cgroup/pods", "90000", "6000", "");
        assertThat(bytes()).as("page cache that can be dropped counts as free").isEqualTo(9000 - 6000 + 1000);
    }

    @Test
    void bytes_firstVersion_areTheLimitsRest() throws IOException {
        write("proc/meminfo", "MemAvailable: 1000000 kB\n");
        write("proc/self/cgroup", "9:name=systemd:/x\n4:cpu,memory:/job\n0::/job\n");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", V1_UNLIMITED);
        write("sys/fs/cgroup/memory/memory.usage_in_bytes", "77");
        write("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "5000\n");
        write("sys/fs/cgroup/memory/job/memory.usage_in_bytes", "4500\n");
        write("sys/fs/cgroup/memory/job/memory.stat", "inactive_file 1\ntotal_inactive_file 30\n");
        assertThat(bytes()).isEqualTo(530);
    }

    @Test
    void bytes_containerWhoseGroupHasAnotherNameOutside_areTheContainers() throws IOException {
        write("proc/self/cgroup", "0::/kubepods/pod1/abc\n");
        group("sys/fs/cgroup", "4000", "5000", "inactive_file 0");
        assertThat(bytes()).as("never less than nothing").isZero();
    }

    @Test
    void bytes_elsewhereThanLinux_areUnknown() throws IOException {
        assertThat(new AvailableMemory(root).bytes()).isEmpty();
    }

    private long bytes() throws IOException {
        return new AvailableMemory(root).bytes().orElseThrow();
    }

    private void group(String folder, String max, String current, String stat) throws IOException {
        write(folder + "/memory.max", max + "\n");
        write(folder + "/memory.current", current + "\n");
        write(folder + "/memory.stat", stat + "\n");
    }

    private void write(String file, String content) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }
}
