package io.stepwise.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Multipart bodies and the file names in them. */
class MultipartFilesTest {
    private static final String TYPE = "multipart/form-data; boundary=\"the boundary\"";

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 17, 1 << 20})
    void read_howeverItArrives_givesThePartsBytes(int piece) throws IOException {
        String nasty = "\r\n--the boundar\r\n--\r\r\n--the boundar";
        byte[] body = ("preamble\r\n--the boundary\r\nContent-Disposition: form-data; filename=\"1\"\r\n\r\n" + nasty
                        + "\r\n--the boundary\r\ncontent-disposition:form-data;filename=2\r\nX: y\r\n\r\n"
                        + "\r\n--the boundary--\r\nepilogue\r\n--the boundary\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);

        assertThat(files(body, piece)).containsExactly("1=" + nasty, "2=");
    }

    @Test
    void read_largePart_isWhole() throws IOException {
        byte[] noise = new byte[1_000_000];
        new Random(3).nextBytes(noise);
        for (int i = 0; i < noise.length; i += 5000) {
            System.arraycopy("\r\n--the".getBytes(StandardCharsets.US_ASCII), 0, noise, i, 7);
        }
        String text = new String(noise, StandardCharsets.ISO_8859_1);
        byte[] body = ("--the boundary\r\nContent-Disposition: form-data; filename=n\r\n\r\n" + text
                        + "\r\n--the boundary--")
                .getBytes(StandardCharsets.ISO_8859_1);

        assertThat(files(body, 1 << 20)).containsExactly("n=" + text);
    }

    @Test
    void read_cutOffAnywhere_isRefused() {
        byte[] body = "--the boundary\r\nContent-Disposition: form-data; filename=1\r\n\r\nabc\r\n--the boundary--"
                .getBytes(StandardCharsets.US_ASCII);
        for (int length = 0; length < body.length; length++) {
            byte[] part = Arrays.copyOf(body, length);
            assertThatThrownBy(() -> files(part, 1 << 20))
                    .as("%d bytes", length)
                    .isInstanceOf(MalformedUploadException.class)
                    .hasMessage("The multipart body is malformed: the body ended before its closing boundary.");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            --the boundaryx\\r\\n                 | something follows a boundary on its line
            --the boundary\\r\\nno colon\\r\\n\\r\\n | a part's header has no colon
            """)
    void read_malformed_isRefused(String body, String message) {
        byte[] bytes = body.translateEscapes().getBytes(StandardCharsets.US_ASCII);

        assertThatThrownBy(() -> files(bytes, 1 << 20)).hasMessageContaining(message);
    }

    @Test
    void read_endlessHeaders_areRefused() {
        byte[] endless = ("--the boundary\r\nX: " + "y".repeat(20_000)).getBytes(StandardCharsets.US_ASCII);
        byte[] many = ("--the boundary\r\n" + "X: yyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n".repeat(1000))
                .getBytes(StandardCharsets.US_ASCII);

        assertThatThrownBy(() -> files(endless, 1 << 20)).hasMessageContaining("more than 16384 bytes");
        assertThatThrownBy(() -> files(many, 1 << 20)).hasMessageContaining("more than 16384 bytes");
    }

    @Test
    void read_tooManyParts_isRefused() {
        byte[] body = ("--the boundary\r\nContent-Disposition: form-data; name=x\r\n\r\n\r\n".repeat(10)
                        + "--the boundary--")
                .getBytes(StandardCharsets.US_ASCII);

        assertThatThrownBy(() -> files(body, 1 << 20))
                .isInstanceOf(UploadTooLargeException.class)
                .hasMessage("the upload must have at most 9 files");
    }

    /** A sender that leaves is no malformed body, wherever it leaves. */
    @Test
    void read_whoseSenderLeaves_isTold() {
        byte[] body = "--the boundary\r\nContent-Disposition: form-data; filename=1\r\n\r\nabc\r\n--the boundary--"
                .getBytes(StandardCharsets.US_ASCII);
        for (int length = 0; length < body.length; length++) {
            InputStream leaving = new UploadBody(Uploads.broken(Arrays.copyOf(body, length)), 1000, Uploads.PACE);
            assertThatThrownBy(() -> files(leaving)).as("%d bytes", length).isInstanceOf(BrokenOffException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; charset=x"})
    void parts_withoutBoundary_areRefused(String type) {
        assertThatThrownBy(() -> new MultipartFiles(InputStream.nullInputStream(), type, "labels.csv", 9))
                .isInstanceOf(MalformedUploadException.class)
                .hasMessageContaining("must have a boundary of 1 … 70 characters");
    }

    @Test
    void parts_withoutFileName_areRefusedUnlessEmptyOrLabels() throws IOException {
        assertThat(files(part("form-data; name=\"labels.csv\"", "x"), 99)).containsExactly("labels.csv=x");
        assertThat(files(part("form-data; name=\"file\"; filename=\"\"", ""), 99))
                .isEmpty();
        assertThatThrownBy(() -> files(part("form-data; name=\"file\"; filename=\"\"", "x"), 99))
                .isInstanceOf(InvalidUploadException.class)
                .hasMessageContaining("a part has no file name");
        assertThatThrownBy(() -> files(part("form-data; filename=a\r\nContent-Transfer-Encoding: BASE64", "x"), 99))
                .hasMessageContaining("a part has the Content-Transfer-Encoding base64");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            form-data; name="file"; filename="cats/a.png"             | cats/a.png
            form-data; name=file; filename=cats/a.png                 | cats/a.png
            form-data ;  FileName = "a;b=c.png" ; name="x"            | a;b=c.png
            form-data; filename="say \\"hi\\".png"                    | say "hi".png
            form-data; filename="say %22hi%22.png"                    | say "hi".png
            form-data; filename="back\\\\slash.png"                   | back\\slash.png
            form-data; filename="C:\\dir\\a.png"                      | C:\\dir\\a.png
            form-data; filename="n\u00e4.png"                         | n\u00e4.png
            form-data; filename="x.png"; filename*=UTF-8''%e2%82%ac.png | €.png
            form-data; filename*=utf-8'de'%e2%82%ac.png; filename=x   | €.png
            form-data; filename="x.png"; filename*=latin1''%e4        | x.png
            form-data; filename="x.png"; filename*=UTF-8''%e          | x.png
            form-data; filename="unclosed                             | unclosed
            """)
    void fileName_howeverItIsWritten_isRead(String disposition, String name) {
        assertThat(HeaderParameters.of(disposition)).containsEntry("filename", name);
    }

    @Test
    void parameters_ofHeaderWithoutAny_areNone() {
        assertThat(HeaderParameters.of("form-data")).isEqualTo(Map.of());
        assertThat(HeaderParameters.of(";;a;b=;")).isEqualTo(Map.of("b", ""));
    }

    private static byte[] part(String disposition, String content) {
        return ("--the boundary\r\nContent-Disposition: " + disposition + "\r\n\r\n" + content + "\r\n--the boundary--")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> files(byte[] body, int piece) throws IOException {
        InputStream arriving = new ByteArrayInputStream(body) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(piece, length));
            }
        };
        return files(arriving);
    }

    private static List<String> files(InputStream arriving) throws IOException {
        MultipartFiles parts = new MultipartFiles(arriving, TYPE, "labels.csv", 9);
        List<String> files = new ArrayList<>();
        for (IncomingFiles.File file = parts.next(); file != null; file = parts.next()) {
            files.add(file.name() + "=" + new String(file.content().readAllBytes(), StandardCharsets.ISO_8859_1));
        }
        return files;
    }
}
