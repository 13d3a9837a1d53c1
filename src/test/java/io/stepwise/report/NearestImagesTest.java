package io.stepwise.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.data.faces.FacesDataset;
import io.stepwise.image.Pixels;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class NearestImagesTest {
    private final FacesDataset faces = new FacesDataset(16, 16, 0, 100);

    @Test
    void of_trainingImageAndMirroredOne_findsThem() {
        Pixels copy = faces.get(42).pixels();
        Pixels mirrored = NearestImages.mirrored(faces.get(7).pixels());

        List<List<NearestImages.Match>> matches = NearestImages.of(faces, 1000, List.of(copy, mirrored));

        assertThat(matches.get(0).get(0)).isEqualTo(new NearestImages.Match(42, false, 0));
        assertThat(matches.get(1).get(0)).isEqualTo(new NearestImages.Match(7, true, 0));
    }

    @Test
    void of_heldOutFace_agreesWithComparingAll() {
        Pixels face = new FacesDataset(16, 16, FacesDataset.HELD_OUT, 1).get(0).pixels();

        List<NearestImages.Match> matches =
                NearestImages.of(faces, 100, List.of(face)).get(0);

        double[] all = new double[200];
        for (int i = 0; i < 100; i++) {
            all[i] = distance(face, faces.get(i).pixels());
            all[100 + i] = distance(face, NearestImages.mirrored(faces.get(i).pixels()));
        }
        Arrays.sort(all);
        assertThat(matches).hasSize(NearestImages.KEPT);
        for (int rank = 0; rank < NearestImages.KEPT; rank++) {
            assertThat(matches.get(rank).distance()).isCloseTo(all[rank], within(1e-9));
        }
    }

    @Test
    void of_partOfTheImages_looksAtEvenlySpreadOnes() {
        List<NearestImages.Match> matches =
                NearestImages.of(faces, 10, List.of(faces.get(50).pixels())).get(0);

        assertThat(matches.get(0).index()).isEqualTo(50);
        assertThat(matches).allSatisfy(match -> assertThat(match.index() % 10).isZero());
    }

    @Test
    void mirrored_twice_isTheSameImage() {
        Pixels face = faces.get(1).pixels();

        assertThat(NearestImages.mirrored(face).sample(0, 3, 2)).isEqualTo(face.sample(15, 3, 2));
        assertThat(NearestImages.mirrored(NearestImages.mirrored(face))).isEqualTo(face);
    }

    private static double distance(Pixels a, Pixels b) {
        double squares = 0;
        for (int i = 0; i < a.data().length; i++) {
            double difference = (a.data()[i] & 0xff) - (b.data()[i] & 0xff);
            squares += difference * difference;
        }
        return Math.sqrt(squares / a.data().length);
    }
}
