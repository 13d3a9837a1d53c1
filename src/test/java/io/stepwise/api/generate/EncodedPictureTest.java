package io.stepwise.api.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncodedPictureTest {
    /** Its base64 has both characters that the alphabets spell differently, and padding. */
    private static final byte[] FILE = {-5, -16, -1, -17, -66, 0, 1, 2, 3, 4, 5, 6, 7};

    private static final String TEXT = "+/D/774AAQIDBAUGBw==";

    @Test
    void file_hasEveryKindOfCharacter() {
        assertThat(Base64.getEncoder().encodeToString(FILE)).isEqualTo(TEXT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                TEXT,
                "+/D/774AAQIDBAUGBw",
                "-_D_774AAQIDBAUGBw==",
                "+/D/774A\r\nAQIDBAUG\r\nBw==\r\n",
                "\n  +/D/774A\n  AQIDBAUGBw==  \n",
                "+/D/774A \t\n\tAQIDBAUGBw==",
                "data:image/png;base64," + TEXT,
                "DATA:IMAGE/PNG;BASE64," + TEXT,
                "data:image/png;charset=utf-8;base64," + TEXT,
                "data:application/octet-stream;base64," + TEXT,
                "data:;base64," + TEXT,
                " data:image/svg+xml;name=\"a\";base64, " + TEXT + "\n",
                "data:image/png;base64,%2B/D/774AAQIDBAUGBw%3D%3D",
                "data:image/png;base64,+/D/774A%0D%0AAQIDBAUGBw=="
            })
    void decoded_everySpelling_isTheFile(String text) {
        assertThat(EncodedPicture.decoded(text)).isEqualTo(FILE);
    }

    /** A blank inside a line is a plus that a form has decoded: to skip it would give another file. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "+/D/774A AQIDBAUGBw==",
                "data:image/png," + TEXT,
                "data:image/png;base64",
                "data:image/png;base64,%2",
                "+/D/774A*AQIDBAUGBw==",
                "a.png",
                "ä"
            })
    void decoded_anythingElse_isRefused(String text) {
        assertThatThrownBy(() -> EncodedPicture.decoded(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
