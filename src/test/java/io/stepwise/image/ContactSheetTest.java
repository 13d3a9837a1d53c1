package io.stepwise.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ContactSheetTest {
    private static final Pixels IMAGE = PixelsTest.gradient(20, 10);

    @Test
    void of_fiveImages_fillsRowsInOrder() {
        Pixels grey = new Pixels(20, 10, 1, new byte[200]);
        Pixels sheet = new ContactSheet(2).of(List.of(IMAGE, IMAGE, grey, IMAGE, IMAGE));
        assertThat(sheet.width()).isEqualTo(2 + 2 * 22);
        assertThat(sheet.height()).isEqualTo(2 + 3 * 12);
        assertThat(sheet.cropped(24, 2, 20, 10)).isEqualTo(IMAGE);
        assertThat(sheet.cropped(2, 14, 20, 10)).isEqualTo(grey.withChannels(3));
        assertThat(sheet.cropped(24, 26, 20, 10).data()).containsOnly((byte) 255);
    }

    @Test
    void of_captions_makeRoomForThem() {
        ContactSheet sheet = new ContactSheet(2, 0, 0x202020, List.of("a", "a very long caption"), List.of("row 1"));
        Pixels pixels = sheet.of(List.of(IMAGE, IMAGE));
        assertThat(pixels.width()).isGreaterThan(50);
        assertThat(pixels.height()).isGreaterThan(15);
        assertThat(pixels.cropped(pixels.width() - 20, pixels.height() - 10, 20, 10))
                .isEqualTo(IMAGE);
    }

    @Test
    void place_captions_isWhereTheFirstImageIs() {
        for (List<String> captions : List.of(List.<String>of(), List.of("a", "b"))) {
            ContactSheet sheet = new ContactSheet(2, 2, 0xffffff, captions, List.of("a row", "another"));
            ContactSheet.Place place = sheet.place(IMAGE.height());
            Pixels pixels = sheet.of(Collections.nCopies(4, IMAGE));
            assertThat(pixels.cropped(place.left(), place.top(), 20, 10)).isEqualTo(IMAGE);
            assertThat(pixels.cropped(place.left() + 22, place.top() + 12, 20, 10))
                    .isEqualTo(IMAGE);
        }
    }

    @Test
    void of_captionInAnyLanguage_isWritten() {
        for (String caption : List.of("größe", "Ελλάδα", "мир")) {
            Pixels sheet = new ContactSheet(1, 0, 0xffffff, List.of(), List.of(caption)).of(List.of(IMAGE));
            Pixels beside = sheet.cropped(0, 0, sheet.width() - IMAGE.width(), sheet.height());
            assertThat(beside.width()).isGreaterThan(15);
            assertThat(IntStream.range(0, beside.data().length)).anyMatch(i -> (beside.data()[i] & 0xff) < 128);
        }
    }

    @Test
    void of_wrongCounts_areRefused() {
        assertThatThrownBy(() -> new ContactSheet(2).of(List.of())).hasMessageContaining("images has 0");
        assertThatThrownBy(() -> new ContactSheet(0)).hasMessageContaining("columns 0");
        assertThatThrownBy(() -> new ContactSheet(3, 1, 0, List.of("a"), List.of()))
                .hasMessageContaining("columnCaptions has 1");
        ContactSheet oneRow = new ContactSheet(1, 1, 0, List.of(), List.of("a"));
        assertThatThrownBy(() -> oneRow.of(Collections.nCopies(2, IMAGE))).hasMessageContaining("rowCaptions 1");
        assertThatThrownBy(() -> new ContactSheet(2).of(List.of(IMAGE, PixelsTest.gradient(3, 3))))
                .hasMessageContaining("one size");
    }
}
