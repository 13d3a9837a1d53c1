package io.stepwise.studio;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import io.stepwise.image.ImageReading;
import io.stepwise.image.Pixels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Making images in the page: settings, requests, seeds, pictures to start from, grids, code. */
class MakingIT extends StudioPage {

    @Test
    void labels_areCompleted_byKeyboardAndMouse() {
        Locator box = page.getByRole(AriaRole.COMBOBOX, new Page.GetByRoleOptions().setName("Label"));
        page.keyboard().press("/");
        assertThat(box).isFocused();

        box.pressSequentially("bl");

        assertThat(page.locator("st-label-box [role=option]")).hasText(new String[] {"black", "blonde", "blue"});
        box.press("ArrowDown");
        box.press("ArrowDown");
        box.press("Enter");
        assertThat(box).hasValue("blonde");
        assertThat(page.locator("st-label-box [role=option]")).hasCount(0);
        button("red").click();
        assertThat(box).hasValue("red");
        generate(1);
        assertThat(caption()).containsText("red");
    }

    @Test
    void fields_areShown_whereTheyMeanSomething() {
        page.getByText("Fine control").click();
        assertThat(field("eta")).isVisible();
        assertThat(field("churn")).isHidden();

        field("sampler").selectOption("heun");

        assertThat(field("eta")).isHidden();
        assertThat(field("s_min")).isHidden();
        fill(field("churn"), "10");
        assertThat(field("s_min")).isVisible();
        field("spacing").selectOption("exponential");
        assertThat(field("rho")).isHidden();
        assertThat(field("sigma_max")).isVisible();
    }

    @Test
    void wrongFields_areMarked() {
        fill(field("steps"), "5000");
        page.getByRole(AriaRole.COMBOBOX, new Page.GetByRoleOptions().setName("Label"))
                .fill("turquoise");

        button("Generate").click();

        assertThat(page.locator("st-queue-list li.failed")).containsText("steps");
        assertThat(field("steps")).hasAttribute("aria-invalid", "true");
        assertThat(page.locator("st-field[name=steps] .wrong")).containsText("must be an integer, 1 …");
        fill(field("steps"), "5");
        assertThat(field("steps")).hasAttribute("aria-invalid", "false");
        page.getByLabel("Dismiss").click();
        button("Generate").click();
        assertThat(page.locator("#label")).hasAttribute("aria-invalid", "true");
    }

    @Test
    void settings_areKept_andSharedByTheAddress() {
        fill(field("steps"), "7");
        field("sampler").selectOption("unipc");
        button("green").click();
        fill(page.locator("#seed"), "42");
        String address = page.url();

        page.reload();

        assertThat(field("steps")).hasValue("7");
        assertThat(address)
                .contains("steps=7")
                .contains("sampler=unipc")
                .contains("label=green")
                .contains("seed=42");
        Page other = browser().page(Browser.desktop());
        other.navigate(address);
        assertThat(other.locator("st-field[name=sampler] #input")).hasValue("unipc");
        assertThat(other.locator("#seed")).hasValue("42");
        other.context().close();
        button("Defaults").click();
        assertThat(field("steps")).hasValue("20");
        assertThat(page.url()).doesNotContain("steps");
    }

    @Test
    void previews_areShown_andRequestsHaveAPlaceAndCanBeMovedAndCancelled() {
        fill(field("steps"), "400");
        for (int i = 0; i < 6; i++) {
            button("Generate").click();
        }
        Locator requests = page.locator("st-queue-list li");
        assertThat(requests).hasCount(6);
        assertThat(page.locator("st-stage .making img").first()).isVisible();
        assertThat(requests.first()).containsText(Pattern.compile("step \\d+ of 400 · .* left"));
        assertThat(requests.last()).containsText(Pattern.compile("place 6 in the queue · about \\d+ s left"));
        button("blue").click();
        button("Generate").click();
        assertThat(requests.last()).containsText("blue");

        requests.last().getByLabel("Sooner").click();

        assertThat(requests.last()).not().containsText("blue");
        int left = 7;
        for (; left > 0; left--) {
            assertThat(requests).hasCount(left);
            requests.last().getByLabel("Cancel").click();
        }
        assertThat(requests).hasCount(0);
        assertThat(page.locator("st-gallery-panel li")).hasCount(0);
    }

    @Test
    void seed_isDrawn_orLocked() throws Exception {
        generate(1);
        String first = page.locator("#seed").inputValue();
        byte[] picture = saved();
        generate(1);
        String second = page.locator("#seed").inputValue();
        assertThat(second).isNotEqualTo(first);

        fill(page.locator("#seed"), first);
        generate(1);

        assertThat(page.getByLabel("Lock the seed")).hasAttribute("aria-pressed", "true");
        assertThat(caption()).containsText("seed " + first);
        assertThat(saved()).isEqualTo(picture);
        page.getByLabel("Draw another seed").click();
        assertThat(page.locator("#seed")).not().hasValue(first);
    }

    @Test
    void againAndVariations_leadToOtherPictures() throws Exception {
        fill(page.locator("#seed"), "7");
        button("red").click();
        generate(1);
        Pixels original = ImageReading.read(saved(), 1 << 20);

        button("Again").click();
        assertThat(page.locator("st-gallery-panel li")).hasCount(2);
        assertThat(caption()).not().containsText("seed 7 ");
        page.keyboard().press("ArrowRight");
        assertThat(caption()).containsText("seed 7");
        button("Variations").click();
        page.getByLabel("Strength").fill("0.1");
        page.getByLabel("Images").last().fill("3");
        button("Make variations").click();

        assertThat(page.locator("st-stage button.cell")).hasCount(4);
        page.locator("st-stage button.cell").last().click();
        assertThat(caption()).containsText("seed 7");
        Pixels near = ImageReading.read(saved(), 1 << 20);
        assertThat(distance(near, original)).isBetween(0.01, 25.0);
    }

    @Test
    void mask_isPainted_andTheRestOfThePictureStays() throws Exception {
        fill(page.locator("#seed"), "7");
        generate(1);
        Pixels before = ImageReading.read(saved(), 1 << 20);
        button("Start from it").click();
        assertThat(field("strength")).isVisible();
        button("Paint a mask").click();
        Locator canvas = page.locator("st-mask-dialog canvas");
        var box = canvas.boundingBox();
        page.mouse().move(box.x + box.width * .2, box.y + box.height * .15);
        page.mouse().down();
        page.mouse().move(box.x + box.width * .8, box.y + box.height * .15);
        page.mouse().up();
        button("Invert").click();
        page.getByLabel("Undo").click();
        button("Use the mask").click();
        assertThat(field("resample")).isVisible();
        assertThat(page.getByLabel("Add noise to it")).isHidden();
        page.locator("#seed").fill("8");
        page.locator("#seed").blur();

        generate(1);

        assertThat(caption()).containsText("seed 8");
        Pixels after = ImageReading.read(saved(), 1 << 20);
        int half = before.height() / 2;
        assertThat(after.cropped(0, half, after.width(), half))
                .isEqualTo(before.cropped(0, half, before.width(), half));
        assertThat(after).isNotEqualTo(before);
    }

    @Test
    void aPicture_isDroppedToStartFrom() throws Exception {
        page.locator("st-start-picture input[type=file]")
                .setInputFiles(new FilePayload("face.png", "image/png", Files.readAllBytes(Path.of("docs/faces.png"))));
        assertThat(page.locator("st-start-picture img")).isVisible();
        button("Generate").click();

        // the contact sheet hasn't the proportions of the model's images
        assertThat(page.locator("st-queue-list li.failed")).containsText("image");
        assertThat(page.locator("st-start-picture .wrong")).isVisible();
        button("Remove").click();
        assertThat(page.locator("st-start-picture img")).isHidden();
    }

    @Test
    void grid_variesTwoFields_andIsSavedAsASheet() throws Exception {
        button("Grid").click();
        page.getByLabel("Across: its values, with commas between them").fill("2, 4, 8");
        page.getByLabel("Down: its values, with commas between them").fill("ddim, heun");
        button("Make 6 images").click();

        assertThat(page.locator("st-grid-section td img")).hasCount(6);
        assertThat(page.getByRole(AriaRole.COLUMNHEADER)).hasText(new String[] {"2", "4", "8"});
        Path sheet = page.waitForDownload(() -> button("As one sheet").click()).path();
        Pixels pixels = ImageReading.read(Files.readAllBytes(sheet), 1 << 24);
        assertThat(pixels.width()).isGreaterThan(3 * 128);
        page.locator("st-grid-section td button").last().click();
        assertThat(caption()).containsText("heun, 8 steps");
    }

    @Test
    void code_makesTheSamePictureAgain(@TempDir Path folder) throws Exception {
        fill(page.locator("#seed"), "11");
        button("white").click();
        generate(1);
        byte[] picture = saved();
        button("Code").click();
        assertThat(page.getByRole(AriaRole.TAB)).hasText(new String[] {"curl", "Java", "Python", "TypeScript"});
        String curl = page.getByRole(AriaRole.TABPANEL).innerText();
        page.getByRole(AriaRole.TAB).nth(1).click();
        Files.writeString(
                folder.resolve("Generate.java"),
                page.getByRole(AriaRole.TABPANEL).innerText());

        assertThat(madeBy(folder, "bash", "-c", curl)).isEqualTo(picture);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        assertThat(madeBy(folder, java, "Generate.java")).isEqualTo(picture);
    }

    private static byte[] madeBy(Path folder, String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
        Path file = folder.resolve("image-made.png");
        byte[] made = Files.readAllBytes(file);
        Files.delete(file);
        return made;
    }

    private static double distance(Pixels a, Pixels b) {
        double sum = 0;
        for (int i = 0; i < a.data().length; i++) {
            sum += Math.abs((a.data()[i] & 0xff) - (b.data()[i] & 0xff));
        }
        return sum / a.data().length;
    }
}
