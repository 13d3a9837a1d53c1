package io.stepwise.api.generate;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.stepwise.image.Jpeg;
import io.stepwise.image.Pixels;
import io.stepwise.image.Png;
import io.stepwise.image.PngText;
import io.stepwise.image.Resampling;
import io.stepwise.serving.FakeGenerator;
import io.stepwise.serving.request.SourceImage;
import jakarta.inject.Inject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code POST /generate} that starts from a picture, or leads from one seed to another. */
@Tag("quarkus")
@QuarkusTest
class GenerateSourceTest {
    private static final JsonMapper JSON = new JsonMapper();

    @Inject
    FakeGenerator generator;

    @BeforeEach
    void reset() {
        generator.reset();
    }

    private static Pixels picture(int width, int height, int channels) {
        byte[] data = new byte[width * height * channels];
        new Random(width).nextBytes(data);
        return new Pixels(width, height, channels, data);
    }

    private static String png(Pixels pixels) {
        return Base64.getEncoder().encodeToString(Png.encode(pixels));
    }

    private static Response post(String json) {
        return given().contentType("application/json").body(json).when().post("/generate");
    }

    @Test
    void generate_withImage_startsFromIt() {
        Pixels image = picture(8, 8, 3);

        assertThat(post("{\"image\": \"" + png(image) + "\"}").statusCode()).isEqualTo(200);

        assertThat(generator.last.source()).isEqualTo(new SourceImage(image, null, .5, true, 4));
    }

    @Test
    void generate_withPicturesOfAnyFormat_readsThem() throws IOException {
        for (String format : new String[] {"jpeg", "bmp", "gif", "tiff"}) {
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_BINARY), format, file);
            String encoded = Base64.getEncoder().encodeToString(file.toByteArray());

            Response answer = post("{\"image\": \"" + encoded + "\", \"mask\": \"" + encoded + "\"}");

            assertThat(answer.statusCode()).as(format + answer.asString()).isEqualTo(200);
        }
    }

    @Test
    void generate_withDataUrlOfAJpeg_startsFromIt() {
        byte[] jpeg = Jpeg.encode(picture(8, 8, 1), .9f);
        String url = "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(jpeg);

        Response answer = post("{\"image\": \"" + url + "\", \"strength\": 0.25, \"add_noise\": false}");

        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        SourceImage source = generator.last.source();
        assertThat(source.image().width()).isEqualTo(8);
        assertThat(source.strength()).isEqualTo(.25);
        assertThat(source.addNoise()).isFalse();
    }

    /** No large picture is kept while the images are made. */
    @Test
    void generate_withLargePicture_keepsItAtTheModelsSize() {
        Pixels large = picture(64, 64, 1);

        assertThat(post("{\"image\": \"" + png(large) + "\"}").statusCode()).isEqualTo(200);

        Pixels kept = generator.last.source().image();
        assertThat(kept)
                .isEqualTo(Resampling.AREA.resize(large.withChannels(3), FakeGenerator.SIDE, FakeGenerator.SIDE));
    }

    @Test
    void generate_withPictureOfOtherProportions_is422BeforeItIsQueued() {
        Response answer = post("{\"image\": \"" + png(picture(16, 8, 3)) + "\"}");

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.jsonPath().getString("detail"))
                .isEqualTo("image of 16x8 must have the proportions of 8x8, to which it is resized");
        assertThat(generator.last).isNull();
    }

    @Test
    void generate_withPictureForAnUnknownModel_is404() {
        Response answer = post("{\"model\": \"nobody\", \"image\": \"" + png(picture(8, 8, 3)) + "\"}");

        assertThat(answer.statusCode()).isEqualTo(404);
    }

    /** The time that decoding takes is part of the time that the client gives. */
    @Test
    void generate_withPictureAndDeadline_leavesTheRestOfTheTime() {
        assertThat(post("{\"deadline_ms\": 60000, \"image\": \"" + png(picture(8, 8, 3)) + "\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(generator.last.deadline()).isBetween(Duration.ofSeconds(1), Duration.ofNanos(59_999_999_999L));

        Response late = post("{\"deadline_ms\": 1, \"image\": \"" + png(picture(1000, 1000, 3)) + "\"}");
        assertThat(late.statusCode()).as(late.asString()).isEqualTo(504);
        assertThat(late.jsonPath().getString("detail")).startsWith("Can't be made within 1 ms");
    }

    @Test
    void generate_withMask_paintsWhatIsWhite() {
        Pixels mask = picture(8, 8, 1);

        Response answer = post("{\"image\": \"" + png(picture(8, 8, 3)) + "\", \"mask\": \"" + png(mask)
                + "\", \"resample\": 7, \"sampler\": \"ddpm\"}");

        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        assertThat(generator.last.source().mask()).isEqualTo(mask);
        assertThat(generator.last.source().strength()).isEqualTo(1);
        assertThat(generator.last.source().resamples()).isEqualTo(7);
    }

    @Test
    void generate_withImageAndMask_canBeMadeAgainFromThePngAlone() throws IOException {
        Pixels image = picture(8, 8, 3);
        Pixels mask = picture(8, 8, 1);
        byte[] made = post("{\"seed\": 3, \"image\": \"" + png(image) + "\", \"mask\": \"" + png(mask) + "\"}")
                .asByteArray();
        SourceImage first = generator.last.source();

        ObjectNode parameters = (ObjectNode) JSON.readTree(PngText.read(made).get("parameters"));
        parameters.remove("checkpoint_sha256");
        parameters.remove("index");
        byte[] again = post(parameters.toString()).asByteArray();

        assertThat(generator.last.source()).isEqualTo(first);
        assertThat(again).isEqualTo(made);
    }

    @Test
    void generate_interpolation_isAStrip() throws IOException {
        Response answer = post("{\"n\": 5, \"seed\": 1, \"interpolate_to\": \"18446744073709551615\"}");

        BufferedImage strip = ImageIO.read(new ByteArrayInputStream(answer.asByteArray()));
        assertThat(strip.getWidth()).isEqualTo(5 * (FakeGenerator.SIDE + 2) + 2);
        assertThat(strip.getHeight()).isEqualTo(FakeGenerator.SIDE + 4);
        assertThat(generator.last.interpolateTo()).isEqualTo(-1);
        assertThat(PngText.read(answer.asByteArray()).get("parameters"))
                .contains("\"interpolate_to\":\"18446744073709551615\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            {"strength": 0.5}                                | /strength  | strength is 0.5, must be left out: it says what becomes of image, which isn't given
            {"mask": "PNG8"}                                 | /mask      | must be left out: it says what becomes of image, which isn't given
            {"image": "PNG8", "strength": 1.5}               | /strength  | strength is 1.5, must be a number, 0 … 1
            {"image": "PNG8", "resample": 2}                 | /resample  | resample is 2, must be left out: it says how a mask is painted, which isn't given
            {"image": "PNG8", "add_noise": false, "strength": 1} | /add_noise | add_noise is false, must be true where strength is 1: nothing is left of the image
            {"image": "PNG8", "mask": "PNG8", "add_noise": true} | /add_noise | add_noise is true, must be left out: with a mask it is always added
            {"image": "PNG8", "mask": "PNG9"}                | /mask      | mask is of 9x9 pixels, must be of the image's 8x8
            {"image": "PNG8", "mask": "PNG8", "resample": 21} | /resample | resample is 21, must be an integer, 1 … 20
            {"image": "PNG8", "mask": "PNG8", "sampler": "heun"} | /sampler | sampler is "heun", must be one of [ddim, ddpm] with a mask
            {"image": "PNG8", "mask": "PNG8", "spacing": "trailing"} | /spacing | spacing is "trailing", must be left out with a mask, which is painted along noise levels of its own
            {"image": "R0lGODlhAQABAAAAACw="}                | /image     | must be PNG, JPEG, WebP, GIF, BMP or TIFF in base64, of at most 1048576 pixels: broken image
            {"image": "äöü"}                                 | /image     | must be PNG, JPEG, WebP, GIF, BMP or TIFF in base64, of at most 1048576 pixels: Illegal base64 character
            {"image": 3}                                     | /image     | image is 3, must be PNG, JPEG, WebP, GIF, BMP or TIFF in base64
            {"image": "BROKEN"}                              | /image     | broken image
            {"image": "HUGE"}                                | /image     | picture of 30000x30000 pixels is too large, must have at most 1048576
            {"interpolate_to": 4}                            | /n         | n is 1, must be at least 2 with interpolate_to
            {"interpolate_to": 4, "n": 2, "eta": 0.5}        | /eta       | eta is 0.5, must be 0 with interpolate_to
            {"interpolate_to": 4, "n": 2, "sampler": "ddpm"} | /sampler   | sampler is "ddpm", must be one that draws no noise on its way with interpolate_to
            {"interpolate_to": -4, "n": 2}                   | /interpolate_to | interpolate_to is -4, must be an integer or a string of decimal digits, 0 … 18446744073709551615
            {"steps": 1001}                                  | /steps     | steps is 1001, must be an integer, 1 … 1000
            {"preview_every": 5}                             | /preview_every | preview_every is 5, must be 0 unless Accept is text/event-stream: only a stream shows previews
            """)
    void generate_whatCannotBe_is422AndNamesIt(String body, String pointer, String detail) {
        byte[] broken = Png.encode(picture(8, 8, 3));
        broken[60] ^= 1;
        byte[] huge = Png.encode(picture(8, 8, 3));
        huge[18] = huge[22] = 0x75;
        huge[19] = huge[23] = 0x30;
        Response answer = post(body.replace("PNG8", png(picture(8, 8, 3)))
                .replace("PNG9", png(picture(9, 9, 3)))
                .replace("BROKEN", Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(broken, 80)))
                .replace("HUGE", Base64.getEncoder().encodeToString(huge)));

        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(422);
        assertThat(answer.jsonPath().getList("errors.pointer", String.class)).contains(pointer);
        assertThat(answer.jsonPath().getString("detail")).contains(detail);
    }
}
