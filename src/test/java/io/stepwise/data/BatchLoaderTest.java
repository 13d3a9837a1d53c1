package io.stepwise.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.data.faces.FacesDataset;
import io.stepwise.image.Pixels;
import io.stepwise.image.UnreadableImageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BatchLoaderTest {
    /** Image i: two pixels, i on the left and 200 on the right, label i. */
    private static LabelledImage numbered(long i) {
        return new LabelledImage(new Pixels(2, 1, 1, new byte[] {(byte) i, (byte) 200}), (int) i);
    }

    @Test
    void nextBatch_oneEpoch_holdsEveryImageOnce() throws Exception {
        try (BatchLoader loader = loader(12, 4, false)) {
            List<Integer> first = labels(loader, 3);
            List<Integer> second = labels(loader, 3);
            assertThat(first).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
            assertThat(second).containsExactlyInAnyOrderElementsOf(first).isNotEqualTo(first);
        }
    }

    @Test
    void nextBatch_epochNotDivisible_runsOnIntoTheNext() throws Exception {
        try (BatchLoader loader = loader(5, 4, false)) {
            List<Integer> ten = labels(loader, 5).subList(0, 10);
            assertThat(ten.subList(0, 5)).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
            assertThat(ten.subList(5, 10)).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
        }
    }

    @Test
    void nextBatch_batchLargerThanDataset_repeatsEpochs() throws Exception {
        try (BatchLoader loader = loader(3, 9, false)) {
            assertThat(labels(loader, 1)).containsOnly(0, 1, 2).hasSize(9);
        }
    }

    @Test
    void nextBatch_images_areSignedAndMatchTheirLabels() throws Exception {
        try (BatchLoader loader = loader(100, 8, false)) {
            ImageBatch batch = loader.nextBatch();
            assertThat(batch.size()).isEqualTo(8);
            for (int i = 0; i < 8; i++) {
                assertThat(batch.images()[2 * i]).isEqualTo(batch.labels()[i] / 127.5f - 1f);
                assertThat(batch.images()[2 * i + 1]).isEqualTo(200 / 127.5f - 1f);
            }
        }
    }

    @Test
    void seek_anywhere_equalsSequentialReading() throws Exception {
        try (BatchLoader loader = loader(30, 4, true);
                BatchLoader resumed = loader(30, 4, true)) {
            List<ImageBatch> sequential = new ArrayList<>();
            for (int i = 0; i < 25; i++) {
                sequential.add(loader.nextBatch());
            }
            for (int start : new int[] {17, 3, 24, 0}) {
                resumed.seek(start);
                assertThat(resumed.position()).isEqualTo(start);
                ImageBatch batch = resumed.nextBatch();
                assertThat(batch.images()).isEqualTo(sequential.get(start).images());
                assertThat(batch.labels()).isEqualTo(sequential.get(start).labels());
                assertThat(resumed.position()).isEqualTo(start + 1);
            }
        }
    }

    @Test
    void nextBatch_otherSeed_isAnotherOrder() throws Exception {
        try (BatchLoader one = loader(200, 50, false);
                BatchLoader other = new BatchLoader(new Numbered(200, BatchLoaderTest::numbered), 50, 8, false)) {
            assertThat(one.nextBatch().labels()).isNotEqualTo(other.nextBatch().labels());
        }
    }

    @Test
    void nextBatch_flip_mirrorsAboutHalfAndOnlyMirrors() throws Exception {
        try (BatchLoader plain = loader(100, 100, false);
                BatchLoader flipping = loader(100, 100, true)) {
            int flipped = 0;
            for (int b = 0; b < 10; b++) {
                ImageBatch expected = plain.nextBatch();
                ImageBatch actual = flipping.nextBatch();
                assertThat(actual.labels()).isEqualTo(expected.labels());
                for (int i = 0; i < 100; i++) {
                    boolean mirrored = actual.images()[2 * i] != expected.images()[2 * i];
                    flipped += mirrored ? 1 : 0;
                    assertThat(actual.images()[2 * i + (mirrored ? 1 : 0)]).isEqualTo(expected.images()[2 * i]);
                    assertThat(actual.images()[2 * i + (mirrored ? 0 : 1)]).isEqualTo(expected.images()[2 * i + 1]);
                }
            }
            assertThat(flipped).isBetween(430, 570);
        }
    }

    @Test
    void nextBatch_endlessFaces_works() throws Exception {
        FacesDataset faces = new FacesDataset(8, 8, 0, Long.MAX_VALUE);
        try (BatchLoader loader = new BatchLoader(faces, 2, 1, true)) {
            loader.seek(1L << 40);
            assertThat(loader.nextBatch().images()).hasSize(2 * 3 * 64);
        }
    }

    @Test
    void nextBatch_batchReadyAhead_countsNoWait() throws Exception {
        CountDownLatch prepared = new CountDownLatch(4);
        Numbered dataset = new Numbered(8, i -> {
            prepared.countDown();
            return numbered(i);
        });
        try (BatchLoader loader = new BatchLoader(dataset, 1, 5, false)) {
            prepared.await();
            loader.nextBatch();
            assertThat(loader.waited()).isEqualTo(Duration.ZERO);
        }
    }

    @Test
    void nextBatch_slowDataset_countsTheWait() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Numbered slow = new Numbered(8, i -> {
            awaitQuietly(release);
            return numbered(i);
        });
        try (BatchLoader loader = new BatchLoader(slow, 2, 5, false)) {
            Thread consumer = Thread.currentThread();
            Thread releaser = new Thread(() -> {
                while (consumer.getState() != Thread.State.WAITING) {
                    Thread.onSpinWait();
                }
                release.countDown();
            });
            releaser.start();
            loader.nextBatch();
            releaser.join();
            assertThat(loader.waited()).isPositive();
        }
    }

    @Test
    void nextBatch_unreadableImage_throwsItsException() {
        Numbered broken = new Numbered(4, i -> {
            throw new UnreadableImageException("cat.png: broken");
        });
        try (BatchLoader loader = new BatchLoader(broken, 2, 5, false)) {
            assertThatThrownBy(loader::nextBatch)
                    .isInstanceOf(UnreadableImageException.class)
                    .hasMessage("cat.png: broken");
        }
    }

    @Test
    void nextBatch_imagesOfDifferentShape_areRefused() {
        Numbered mixed =
                new Numbered(4, i -> new LabelledImage(new Pixels(1, (int) i + 1, 1, new byte[(int) i + 1]), 0));
        try (BatchLoader loader = new BatchLoader(mixed, 4, 5, false)) {
            assertThatThrownBy(loader::nextBatch).hasMessageContaining("one shape");
        }
    }

    @Test
    void close_thenNextBatch_isRefused() {
        BatchLoader loader = loader(4, 2, false);
        loader.close();
        assertThatThrownBy(loader::nextBatch).hasMessage("the batch loader is closed");
        assertThatThrownBy(() -> loader.seek(0)).hasMessage("the batch loader is closed");
    }

    @Test
    void parameters_outOfRange_areRefused() {
        assertThatThrownBy(() -> loader(4, 0, false)).hasMessage("batchSize 0 must be in [1, 65536]");
        try (BatchLoader loader = loader(4, 2, false)) {
            assertThatThrownBy(() -> loader.seek(-1)).hasMessageContaining("batchNumber -1");
        }
    }

    private static BatchLoader loader(long images, int batchSize, boolean flip) {
        return new BatchLoader(new Numbered(images, BatchLoaderTest::numbered), batchSize, 7, flip);
    }

    private static List<Integer> labels(BatchLoader loader, int batches) throws InterruptedException {
        List<Integer> labels = new ArrayList<>();
        for (int i = 0; i < batches; i++) {
            for (int label : loader.nextBatch().labels()) {
                labels.add(label);
            }
        }
        return labels;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private record Numbered(long size, LongFunction<LabelledImage> images) implements ImageDataset {
        @Override
        public String name() {
            return "numbered";
        }

        @Override
        public List<String> labels() {
            return List.of();
        }

        @Override
        public LabelledImage get(long index) {
            return images.apply(index);
        }

        @Override
        public void close() {}
    }
}
