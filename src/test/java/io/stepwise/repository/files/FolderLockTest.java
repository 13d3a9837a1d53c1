package io.stepwise.repository.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
    @TempDir
    private Path folder;

    /** The child's: holds the folder until it is killed. */
    public static void main(String[] args) throws Exception {
        try (FolderLock held = FolderLock.acquire(Path.of(args[0]))) {
            System.out.write('h');
            System.out.flush();
            System.in.read();
        }
    }

    @Test
    void tryAcquire_heldByAThread_isEmptyUntilReleased() throws IOException {
        try (FolderLock held = FolderLock.acquire(folder)) {
            assertThat(FolderLock.tryAcquire(folder)).isEmpty();
            assertThat(FolderLock.tryAcquire(folder.resolve("../" + folder.getFileName())))
                    .isEmpty();
            Path other = Files.createDirectory(folder.resolve("other"));
            FolderLock.tryAcquire(other).orElseThrow().close();
        }
        FolderLock.tryAcquire(folder).orElseThrow().close();
    }

    @Test
    void acquire_manyThreads_oneAtATime() throws Exception {
        int threads = 4;
        int[] counter = new int[1];
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<? extends Future<?>> futures = IntStream.range(0, threads)
                    .mapToObj(i -> pool.submit(() -> {
                        for (int round = 0; round < 50; round++) {
                            try (FolderLock held = FolderLock.acquire(folder)) {
                                int seen = counter[0];
                                Thread.yield();
                                counter[0] = seen + 1;
                            }
                        }
                        return null;
                    }))
                    .toList();
            for (Future<?> future : futures) {
                future.get(1, TimeUnit.MINUTES);
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(counter[0]).isEqualTo(4 * 50);
    }

    @Test
    void acquire_heldByAProcess_waitsUntilItIsKilled() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                FolderLockTest.class.getName(),
                folder.toString());
        builder.environment()
                .put(
                        "CLASSPATH",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        Process process = builder.start();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            assertThat(process.getInputStream().read()).isEqualTo('h');
            assertThat(FolderLock.tryAcquire(folder)).isEmpty();
            Future<FolderLock> waiting = thread.submit(() -> FolderLock.acquire(folder));
            assertThat(waiting.isDone()).isFalse();
            process.destroyForcibly();
            waiting.get(1, TimeUnit.MINUTES).close();
        } finally {
            process.destroyForcibly();
            thread.shutdownNow();
        }
    }

    @Test
    void acquire_noSuchFolder_failsAndHoldsNothing() throws IOException {
        Path gone = folder.resolve("gone");
        assertThatThrownBy(() -> FolderLock.acquire(gone)).isInstanceOf(NoSuchFileException.class);
        Files.createDirectory(gone);
        Files.createDirectory(gone.resolve(FolderLock.FILE));
        assertThatThrownBy(() -> FolderLock.tryAcquire(gone)).isInstanceOf(IOException.class);
        Files.delete(gone.resolve(FolderLock.FILE));
        FolderLock.tryAcquire(gone).orElseThrow().close();
    }
}
