package io.stepwise.studio;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.FilePayload;
import io.stepwise.image.ImageReading;
import io.stepwise.image.Pixels;
import io.stepwise.image.Png;
import io.stepwise.image.PngText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

/** Pictures that stay: the gallery, what it gives back, and whether it is true. */
class GalleryIT extends StudioPage {
    private Locator pictures() {
        return page.locator("st-gallery-panel li");
    }

    private void open(byte[] png) {
        page.locator("st-gallery-panel input[type=file]").setInputFiles(new FilePayload("a.png", "image/png", png));
    }

    @Test
    void gallery_afterAReload_isStillThere() {
        generate(4);
        assertThat(pictures()).hasCount(4);
        pictures().first().hover();
        pictures().first().getByLabel("Keep").click();

        page.reload();

        assertThat(pictures()).hasCount(4);
        button("Kept").click();
        assertThat(pictures()).hasCount(1);
        button("Kept").click();
        pictures().last().locator(".open").click();
        assertThat(page.locator("st-picture-actions")).isVisible();
        page.keyboard().press("Delete");
        assertThat(pictures()).hasCount(3);
        button("Undo").click();
        assertThat(pictures()).hasCount(4);
        page.keyboard().press("Delete");
        assertThat(pictures()).hasCount(3);
        page.reload();
        assertThat(pictures()).hasCount(3);
    }

    @Test
    void zip_ofAll_hasThePicturesAndTheirSettings() throws Exception {
        button("red").click();
        generate(3);

        Path file = page.waitForDownload(
                        () -> page.getByLabel("Download all as ZIP").click())
                .path();

        Map<String, byte[]> files = new TreeMap<>();
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), zip.readAllBytes()); // checks the sum, too
            }
        }
        String settings = new String(files.remove("pictures.json"), StandardCharsets.UTF_8);
        assertThat(files).hasSize(3).allSatisfy((name, png) -> {
            assertThat(PngText.read(png)).containsKey("parameters");
            assertThat(settings).contains('"' + name + '"');
        });
        assertThat(settings).contains("\"checkpoint_sha256\"").contains("\"label\": \"red\"");
    }

    @Test
    void twoPictures_areCompared_withASlider() {
        generate(2);
        for (int i = 0; i < 2; i++) {
            pictures().nth(i).hover();
            pictures().nth(i).getByLabel("Choose").click();
        }
        button("Compare").click();

        Locator slider = page.getByLabel("How much of the first picture is seen");
        slider.fill("80");

        assertThat(page.locator("st-compare-dialog .both")).hasAttribute("style", "--at: 80%;");
        assertThat(page.locator("st-compare-dialog tbody th")).hasText("index");
    }

    @Test
    void aPictureMadeHere_bringsItsSettingsBack_andIsVerified() throws Exception {
        fill(field("steps"), "9");
        button("pink").click();
        field("sampler").selectOption("euler");
        generate(1);
        byte[] png = saved();
        button("Defaults").click();
        page.locator("st-picture-actions").getByLabel("Delete").click();
        assertThat(pictures()).hasCount(0);

        open(png);

        assertThat(field("steps")).hasValue("9");
        assertThat(field("sampler")).hasValue("euler");
        assertThat(page.locator("#label")).hasValue("pink");
        assertThat(page.getByLabel("Lock the seed")).hasAttribute("aria-pressed", "true");
        button("Verify").click();
        assertThat(page.locator(".verdict"))
                .containsText("Match: faces version 1 makes this file again, byte for byte.");
    }

    @Test
    void aChangedPicture_isAMismatch() throws Exception {
        generate(1);
        byte[] png = saved();
        Pixels pixels = ImageReading.read(png, 1 << 20);
        pixels.data()[0] ^= 0x10;

        open(Png.encode(pixels, Map.of("parameters", PngText.read(png).get("parameters"))));
        button("Verify").click();

        assertThat(page.locator(".verdict")).containsText("Mismatch");
        assertThat(page.locator(".verdict")).containsText("largest difference 16");
        open(Png.encode(pixels));
        assertThat(page.getByRole(com.microsoft.playwright.options.AriaRole.ALERT))
                .containsText("doesn't say how it was made");
    }
}
