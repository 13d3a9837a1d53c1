package io.stepwise.data.faces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.data.LabelledImage;
import io.stepwise.image.Pixels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HairColoursTest {
    /** The label has to be visible: the crown of the head is closer to the class's colour than to any other's. */
    @ParameterizedTest
    @ValueSource(longs = {0, FacesDataset.HELD_OUT})
    void colourOf_paintedFaces_isRightInMoreThan95Of100(long first) {
        FacesDataset faces = new FacesDataset(32, 32, first, 400);
        int right = 0;
        for (int i = 0; i < 400; i++) {
            LabelledImage face = faces.get(i);
            right += HairColours.colourOf(face.pixels())
                            .equals(HairColours.named(faces.labels().get(face.label())))
                    ? 1
                    : 0;
        }
        assertThat(right).isGreaterThan(380);
    }

    @Test
    void colourOf_plainColour_isThatColour() {
        for (HairColour colour : HairColour.values()) {
            byte[] data = new byte[16 * 16 * 3];
            for (int i = 0; i < data.length; i++) {
                data[i] = (byte) (colour.base >> (16 - 8 * (i % 3)));
            }
            assertThat(HairColours.colourOf(new Pixels(16, 16, 3, data))).isEqualTo(colour.label());
        }
    }

    @Test
    void named_isTheFirstWordIfItIsAColour() {
        assertThat(HairColours.named("red space buns")).isEqualTo("red");
        assertThat(HairColours.named("white")).isEqualTo("white");
        assertThat(HairColours.named("cats")).isNull();
    }

    @Test
    void colourOf_grey_isRefused() {
        Pixels grey = new Pixels(8, 8, 1, new byte[64]);
        assertThatThrownBy(() -> HairColours.colourOf(grey)).hasMessage("channels 1 must be 3");
    }
}
