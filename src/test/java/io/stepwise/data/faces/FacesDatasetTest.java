package io.stepwise.data.faces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.image.Pixels;
import io.stepwise.image.Resampling;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FacesDatasetTest {
    @Test
    void get_severalThreads_givesTheSameImages() {
        FacesDataset faces = new FacesDataset(16, 16, 0, 32);
        Pixels[] sequential =
                IntStream.range(0, 32).mapToObj(i -> faces.get(i).pixels()).toArray(Pixels[]::new);
        Pixels[] parallel = IntStream.range(0, 32)
                .parallel()
                .mapToObj(i -> faces.get(i).pixels())
                .toArray(Pixels[]::new);
        assertThat(parallel).isEqualTo(sequential);
    }

    @Test
    void get_shiftedRange_continuesTheSequence() {
        FacesDataset all = new FacesDataset(16, 16, 0, 100);
        FacesDataset later = new FacesDataset(16, 16, 37, 10);
        assertThat(later.get(5)).isEqualTo(all.get(42));
    }

    @Test
    void get_thousandFaces_areAllDifferent() {
        FacesDataset faces = new FacesDataset(16, 16, FacesDataset.HELD_OUT, 1000);
        Set<Pixels> seen = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            seen.add(faces.get(i).pixels());
        }
        assertThat(seen).hasSize(1000);
    }

    @Test
    void get_anyEightInARow_holdEveryColourOnce() {
        FacesDataset faces = new FacesDataset(8, 8, 3, 16);
        assertThat(faces.labels())
                .hasSize(80)
                .doesNotHaveDuplicates()
                .startsWith("black short", "black bob")
                .contains("red space buns")
                .endsWith("white pigtails", "white spiky");
        assertThat(IntStream.range(5, 13)
                        .mapToObj(i -> faces.labels().get(faces.get(i).label()).split(" ")[0]))
                .containsExactlyInAnyOrder("black", "brown", "blonde", "red", "blue", "green", "pink", "white");
    }

    @Test
    void label_isThatOfTheFace() {
        FacesDataset faces = new FacesDataset(8, 8, 100, 200);
        for (int i = 0; i < 200; i++) {
            Face face = Face.of(100 + i);
            assertThat(faces.labels().get(faces.label(i)))
                    .isEqualTo(face.hair().label() + " " + face.style().label());
            assertThat(faces.get(i).label()).isEqualTo(faces.label(i));
        }
    }

    @Test
    void of_manyFaces_useEveryAttributeEvenly() {
        EnumMap<Face.Hairstyle, Integer> styles = new EnumMap<>(Face.Hairstyle.class);
        int glasses = 0;
        for (int i = 0; i < 4000; i++) {
            Face face = Face.of(i);
            styles.merge(face.style(), 1, Integer::sum);
            glasses += face.features().glasses() == Face.Glasses.NONE ? 0 : 1;
        }
        assertThat(styles).hasSize(Face.Hairstyle.values().length);
        for (int count : styles.values()) {
            assertThat(count).isBetween(330, 470);
        }
        assertThat(glasses).isBetween(4000 * 17 / 100, 4000 * 25 / 100);
    }

    @Test
    void get_otherResolution_isTheSamePicture() {
        Pixels small = new FacesDataset(16, 16, 0, 8).get(3).pixels();
        Pixels large = new FacesDataset(128, 128, 0, 8).get(3).pixels();
        Pixels reduced = Resampling.AREA.resize(large, 16, 16);
        double error = 0;
        for (int i = 0; i < small.data().length; i++) {
            error += Math.abs((small.data()[i] & 0xff) - (reduced.data()[i] & 0xff));
        }
        assertThat(error / small.data().length).isLessThan(6);
    }

    @Test
    void get_greyAndWide_hasTheAskedShape() {
        Pixels pixels = new FacesDataset(24, 16, 1, 0, 8).get(0).pixels();
        assertThat(pixels.width()).isEqualTo(24);
        assertThat(pixels.height()).isEqualTo(16);
        assertThat(pixels.channels()).isEqualTo(1);
    }

    @Test
    void construct_badArguments_areRefused() {
        assertThatThrownBy(() -> new FacesDataset(4, 32, 0, 1)).hasMessageContaining("4x32");
        assertThatThrownBy(() -> new FacesDataset(32, 32, -1, 1)).hasMessageContaining("first -1");
        assertThatThrownBy(() -> new FacesDataset(32, 32, 5, Long.MAX_VALUE)).hasMessageContaining("size");
        assertThatThrownBy(() -> new FacesDataset(32, 32, 2, 0, 1)).hasMessageContaining("channels 2");
        assertThatThrownBy(() -> new FacesDataset(32, 32, 0, 8).get(8)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
