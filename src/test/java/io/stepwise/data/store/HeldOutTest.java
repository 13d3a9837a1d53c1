package io.stepwise.data.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.data.DatasetSpec;
import io.stepwise.data.ImageDataset;
import io.stepwise.image.Pixels;
import io.stepwise.image.Png;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeldOutTest {
    @TempDir
    private Path root;

    @Test
    void of_folder_everyPictureInOnePartAndAboutTheShareHeldOut() throws Exception {
        paint(0, 400);
        try (ImageDataset all = open()) {
            HeldOut parts = HeldOut.of(all, 0.2);
            ImageDataset held = Objects.requireNonNull(parts.validation());
            assertThat(held.size()).isBetween(55L, 105L).isEqualTo(parts.chosen());
            assertThat(parts.training().size()).isEqualTo(400 - held.size());
            Set<String> both = new HashSet<>(keys(held));
            assertThat(both).doesNotContainAnyElementsOf(keys(parts.training()));
            both.addAll(keys(parts.training()));
            assertThat(both).hasSize(400);
            assertThat(held.labels()).containsExactly("even", "odd");
            for (long i = 0; i < held.size(); i++) {
                String name = held.key(i);
                assertThat(held.labels().get(held.label(i))).isEqualTo(name.substring(0, name.indexOf('/')));
                int number = Integer.parseInt(name.replaceAll("\\D", ""));
                assertThat(held.get(i).pixels().sample(0, 0, 0)).isEqualTo(number % 256);
            }
        }
    }

    @Test
    void of_picturesAdded_oldOnesStayInTheirPart() throws Exception {
        paint(0, 200);
        List<String> before;
        try (ImageDataset all = open()) {
            before = keys(Objects.requireNonNull(HeldOut.of(all, 0.1).validation()));
        }
        paint(200, 300);
        try (ImageDataset all = open()) {
            List<String> after =
                    keys(Objects.requireNonNull(HeldOut.of(all, 0.1).validation()));
            assertThat(after.stream()
                            .filter(name -> Integer.parseInt(name.replaceAll("\\D", "")) < 200)
                            .toList())
                    .isEqualTo(before);
            assertThat(after).hasSizeGreaterThan(before.size());
        }
    }

    @Test
    void of_fortyPictures_allAreTrainedOn() throws Exception {
        paint(0, 40);
        try (ImageDataset all = open()) {
            HeldOut parts = HeldOut.of(all, 0.05);
            assertThat(parts.validation()).isNull();
            assertThat(parts.training()).isSameAs(all);
            assertThat(parts.chosen()).isLessThan(HeldOut.LEAST);
            assertThat(HeldOut.of(all, 0.5).validation()).as("asked for").isNotNull();
            assertThat(HeldOut.of(all, 0).validation()).isNull();
        }
    }

    @Test
    void of_faces_noneIsLostAndTheHeldOutOnesAreOthers() {
        try (ImageDataset all = new Datasets(root, 1 << 20).open(new DatasetSpec(DatasetSpec.FACES, 8, 8, 3))) {
            HeldOut parts = HeldOut.of(all, 0.05);
            assertThat(parts.training()).isSameAs(all);
            ImageDataset held = Objects.requireNonNull(parts.validation());
            assertThat(held.size()).isEqualTo(256);
            Set<Integer> trained = new HashSet<>();
            for (long i = 0; i < 2000; i++) {
                trained.add(Arrays.hashCode(all.get(i).pixels().data()));
            }
            assertThat(LongStream.range(0, 256)
                            .filter(i -> trained.contains(
                                    Arrays.hashCode(held.get(i).pixels().data()))))
                    .isEmpty();
            assertThat(HeldOut.of(all, 0).validation()).isNull();
        }
    }

    private ImageDataset open() {
        return new Datasets(root, 1 << 20).open(new DatasetSpec("set", 8, 8, 3));
    }

    /** Picture n is of the shade n modulo 256. */
    private void paint(int from, int to) throws IOException {
        for (String label : List.of("even", "odd")) {
            Files.createDirectories(root.resolve("set").resolve(label));
        }
        for (int n = from; n < to; n++) {
            byte[] data = new byte[8 * 8 * 3];
            Arrays.fill(data, (byte) n);
            Path file = root.resolve("set/" + (n % 2 == 0 ? "even/" : "odd/") + n + ".png");
            Files.write(file, Png.encode(new Pixels(8, 8, 3, data)));
        }
    }

    private static List<String> keys(ImageDataset images) {
        return LongStream.range(0, images.size()).mapToObj(images::key).toList();
    }
}
