package io.stepwise.studio;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import io.stepwise.image.ImageReading;
import io.stepwise.image.Pixels;
import io.stepwise.upload.Uploads;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data sets, training, the timeline, models and engines, as people use them. */
class WatchingIT extends StudioPage {
    private static final byte[] BROKEN = {1, 2, 3};

    private static FilePayload zip(String name, Object... namesAndContents) {
        return new FilePayload(name, "application/zip", Uploads.zip(namesAndContents));
    }

    private static byte[] picture(int value) {
        return Uploads.picture(24, 16, value);
    }

    private Locator choose(String section) {
        button(section).click();
        return page.locator("main h1").last();
    }

    /** Of an image whose address has its bytes. */
    private static Pixels pixels(Locator image) {
        String address = image.getAttribute("src");
        return ImageReading.read(Base64.getDecoder().decode(address.substring(address.indexOf(',') + 1)), 1 << 20);
    }

    private Locator fact(Locator within, String term) {
        return within.locator("dl.facts > div")
                .filter(new Locator.FilterOptions()
                        .setHas(page.locator("dt", new Page.LocatorOptions().setHasText(term))))
                .locator("dd");
    }

    private void train(String model, String kind) {
        view("train", "new");
        button(kind).click();
        button("Quick look a few minutes: does it learn at all?").click();
        page.getByLabel("Name of the model").fill(model);
        fill(field("steps"), "40");
        fill(field("batch_size"), "2");
        fill(field("image_size"), "16");
        fill(field("checkpoint_every"), "20");
        fill(field("sample_every"), "20");
    }

    /** Opens a part of the page, perhaps with one of many things in it. */
    private void view(String section, String item) {
        page.navigate(url() + "/?view=" + section + (item.isEmpty() ? "" : "&item=" + item));
    }

    @Test
    void dataSet_isUploaded_lookedAt_andDeleted() {
        assertThat(choose("Data")).hasText("Data sets");
        button("New data set").click();
        page.locator("st-dataset-upload st-drop-zone input")
                .setInputFiles(
                        zip("Pets 1.zip", "cats/a.png", picture(9), "cats/b.png", BROKEN, "dogs/c.png", picture(200)));
        assertThat(page.getByLabel("Name", new Page.GetByLabelOptions().setExact(true)))
                .hasValue("pets-1");
        button("Upload").click();

        assertThat(page.getByRole(AriaRole.ALERT)).containsText("Nothing of the upload was kept.");
        assertThat(page.locator("st-dataset-upload tbody tr")).hasCount(1);
        assertThat(page.locator("st-dataset-upload tbody th").first()).hasText("cats/b.png");

        button("Upload again without them").click();

        Locator card = page.locator("st-dataset-card");
        assertThat(fact(card, "Images")).hasText("2");
        assertThat(fact(card, "Sizes")).hasText("24 × 16");
        assertThat(card.getByText("1 picture can't be read")).isVisible();
        assertThat(card.locator("img")).isVisible();
        card.getByText("dogs, 1").click();
        assertThat(card.getByAltText("Some pictures of dogs")).isVisible();
        card.getByText("Delete").click();
        button("Delete it").click();
        assertThat(page.locator("st-datasets-section .list")).containsText("faces");
        assertThat(page.locator("st-datasets-section .list")).not().containsText("pets-1");
    }

    @Test
    void pictures_ofAFolder_areClassesOfIt(@TempDir Path folder) throws Exception {
        Path outer = Files.createDirectories(folder.resolve("shapes"));
        for (String name : new String[] {"round", "square"}) {
            Files.write(Files.createDirectories(outer.resolve(name)).resolve("1.png"), picture(name.length() * 20));
        }
        view("data", "new");
        page.locator("#folder").setInputFiles(outer);
        assertThat(page.locator(".drop")).containsText("2 files");
        button("Upload").click();

        Locator card = page.locator("st-dataset-card");
        assertThat(card.getByText("round, 1")).isVisible();
        assertThat(card.getByText("square, 1")).isVisible();
        button("Train on it").click();
        assertThat(page.getByLabel("Data set")).hasValue("shapes");
    }

    @Test
    void job_isEstimated_followed_pausedAndCancelled() {
        train("watched", "Diffusion");
        fill(field("batch_size"), "0");
        assertThat(page.locator("st-field[name=batch_size] .wrong")).containsText("must be an integer, 1 …");
        assertThat(button("Start training")).isDisabled();
        fill(field("batch_size"), "2");
        fill(field("steps"), "100000");
        Locator estimate = page.getByLabel("What it takes");
        assertThat(fact(estimate, "Memory")).containsText("MB");
        assertThat(fact(estimate, "Images")).containsText("65,536, 80 classes");
        button("Start training").click();

        Locator job = page.getByLabel("The job");
        assertThat(job.locator(".chip").first()).hasText("running");
        assertThat(page.locator("st-chart").first()).isVisible();
        assertThat(page.getByText("Loss by noise, from little to much")).isVisible();
        assertThat(page.locator("st-chart .uplot canvas").first()).isVisible();
        button("Pause").click();
        assertThat(job.locator(".chip").first()).hasText("paused");
        button("Resume").click();
        assertThat(job.locator(".chip").first()).hasText("running");
        button("Cancel").click();
        button("Cancel the job").click();
        assertThat(job.locator(".chip").first()).hasText("cancelled");
        button("Train like this").click();
        assertThat(field("steps")).hasValue("100000");
        assertThat(page.getByLabel("Name of the model")).hasValue("watched");
    }

    @Test
    void fewSteps_areOffered_whereAVersionIsChosen() {
        view("train", "new");
        page.getByText("What it learns").click();
        page.getByText("Start from a version (fine-tuning)").click();
        assertThat(field("loss")).isVisible();
        assertThat(field("consistency")).hasCount(0);
        page.locator("#base").selectOption("faces");
        field("prediction").selectOption("epsilon");
        assertThat(field("consistency.stages")).hasCount(0);

        field("consistency").check();

        assertThat(field("consistency.stages")).hasValue("8");
        assertThat(field("loss")).hasCount(0);
        assertThat(field("prediction").locator("option")).hasText(new String[] {"Usual", "sample", "v_prediction"});
        assertThat(fact(page.getByLabel("What it takes"), "Memory")).containsText("MB");
        Request asked = page.waitForRequest(
                request -> String.valueOf(request.postData()).contains("\"consistency\":{\"stages\":4}"),
                () -> fill(field("consistency.stages"), "4"));
        assertThat(asked.url()).endsWith("/train-estimates");
        assertThat(asked.postData()).doesNotContain("prediction");
        page.locator("#base").selectOption("");
        assertThat(field("consistency")).hasCount(0);
    }

    @Test
    void kinds_haveTheirFieldsCurvesAndSettings() {
        train("watched-gan", "GAN");
        assertThat(field("unet")).hasCount(0);
        assertThat(field("gan.updates")).hasValue("1");
        fill(field("gan.channels"), "8");
        button("Start training").click();

        assertThat(page.getByLabel("The job").locator(".chip").first()).hasText("succeeded");
        assertThat(page.getByText("Losses of both networks")).isVisible();
        assertThat(page.getByText("Loss by noise, from little to much")).hasCount(0);
        button("Its versions").click();
        assertThat(fact(page.locator("st-model-card"), "Kind")).hasText("GAN");
        page.locator("li.version").getByText("Make images").first().click();
        assertThat(page.getByLabel("Model", new Page.GetByLabelOptions().setExact(true)))
                .hasValue("watched-gan");
        for (String field : new String[] {"sampler", "steps", "guidance"}) {
            assertThat(field(field)).hasCount(0);
        }
        generate(1);
        assertThat(caption()).containsText("watched-gan 1");
    }

    @Test
    void timeline_oneCursor_publishesAndServes() {
        train("told", "Diffusion");
        page.getByLabel("Publish", new Page.GetByLabelOptions().setExact(true)).selectOption("never");
        button("Start training").click();
        assertThat(page.getByLabel("The job").locator(".chip").first()).hasText("succeeded");
        assertThat(page.getByRole(AriaRole.LOG)).containsText("step 40");
        Locator cursor = page.getByRole(AriaRole.SLIDER);
        assertThat(cursor).hasAttribute("aria-valuetext", "Step 40");
        Locator sample = page.locator("st-sample-view figure canvas").first();
        assertThat(sample).hasAttribute("aria-label", "Sample 1 at step 40, averaged weights");
        assertThat(page.locator("st-sample-view figure")).hasCount(2); // raw weights, too

        cursor.focus();
        page.keyboard().press("ArrowLeft");
        page.keyboard().press("ArrowDown");

        assertThat(cursor).hasAttribute("aria-valuetext", "Step 20");
        assertThat(sample).hasAttribute("aria-label", "Sample 2 at step 20, averaged weights");
        assertThat(page.getByLabel(Pattern.compile("^Loss at step 20:"))).isVisible();
        button("Publish this one").click();
        assertThat(page.locator("st-timeline")).containsText("It is version 1");
        assertThat(fact(page.getByLabel("The job"), "Published")).hasText("version 1");
        button("Serve this one").click();
        assertThat(page.getByText("told serves version 1 now.")).isVisible();
        page.reload();
        assertThat(fact(page.getByLabel("The job"), "Published")).hasText("version 1");
        page.getByLabel("Beside it").selectOption(new com.microsoft.playwright.options.SelectOption().setIndex(1));
        assertThat(page.locator("st-sample-view")).hasCount(2);
    }

    @Test
    void models_areComparedServedExportedAndImported() throws Exception {
        view("models", "faces");
        Path archive = page.waitForDownload(
                        () -> page.getByLabel("Export version 1 as ZIP").click())
                .path();
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            assertThat(zip.stream().map(entry -> entry.getName())).anyMatch(name -> name.endsWith("unet/config.json"));
        }
        for (int version = 1; version <= 2; version++) {
            page.getByLabel("Model, new or known").fill("copied");
            page.locator("st-models-section input[type=file]")
                    .setInputFiles(new FilePayload("copy.zip", "application/zip", Files.readAllBytes(archive)));
            assertThat(page.locator("li.version[data-version='" + version + "']"))
                    .isVisible();
        }
        Locator first = page.locator("li.version[data-version='1']");
        Locator second = page.locator("li.version[data-version='2']");
        assertThat(second.getByText("serves", new Locator.GetByTextOptions().setExact(true)))
                .isVisible();
        first.getByText("Roll back to this").click();
        assertThat(first.getByText("serves", new Locator.GetByTextOptions().setExact(true)))
                .isVisible();
        assertThat(fact(page.locator("st-model-card"), "Serves")).hasText("version 1, pinned");
        first.getByText("Compare").click();
        second.getByText("Compare").click();
        Locator images = page.locator("st-compare-versions img");
        assertThat(images).hasCount(16);
        assertThat(pixels(images.nth(0)))
                .as("the same weights and seeds")
                .isEqualTo(pixels(images.nth(8)))
                .isNotEqualTo(pixels(images.nth(1)));
        button("Follow the latest").click();
        assertThat(fact(page.locator("st-model-card"), "Serves")).hasText("always the latest");
        page.getByLabel("Delete version 1").click();
        button("Delete it").click();
        assertThat(first).hasCount(0);
    }

    @Test
    void engines_showWhoseRowsRideInAStep() {
        fill(field("steps"), "400");
        button("Generate").click();
        button("Engines").click();

        assertThat(page.locator("st-engines-section tbody").first()).containsText("faces version 1");
        assertThat(page.getByLabel(Pattern.compile("The last steps of engine \\d+: 1 of \\d+ rows of 1 request"))
                        .first())
                .isVisible();
        assertThat(page.locator(".tiles")).containsText("Queue");
        assertThat(page.locator(".tiles > div").nth(3)).containsText("1");
        page.goBack();
        button("Cancel").first().click();
    }
}
