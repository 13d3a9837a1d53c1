package io.stepwise.studio;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.APIRequestContext;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import com.microsoft.playwright.options.RequestOptions;
import io.stepwise.Waiting;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the page looks: to people of all abilities, on all screens, and to those who count its bytes. */
class LooksIT extends StudioPage {
    private static final Path PICTURES = Path.of("target/studio");
    private static final int FIRST_PAINT = 100_000;

    private String device = "";

    /** Every view has no violation of WCAG 2.2 AA, and is kept as pictures in target/studio. */
    @ParameterizedTest
    @ValueSource(strings = {"desktop", "phone"})
    void everyView_isAccessible(String device) {
        openOn(device, "#seed=7&label=red");
        look("begin");
        generate(4);
        look("four");
        page.locator("st-stage button.cell").first().click();
        look("picture");
        for (String dialog : List.of("Variations", "Code")) {
            button(dialog).click();
            assertThat(page.locator("st-dialog dialog")).isVisible();
            look(dialog);
            page.keyboard().press("Escape");
            assertThat(page.locator("st-dialog")).hasCount(0);
        }
        button("Start from it").click();
        button("Paint a mask").click();
        assertThat(page.locator("st-mask-dialog canvas")).isVisible();
        look("mask");
        page.keyboard().press("Escape");
        button("Help").click();
        look("help");
        page.keyboard().press("Escape");
        button("Remove").click();
        page.getByText("Fine control").click();
        look("settings");
        if (device.equals("phone")) {
            button("Gallery").click();
            look("gallery");
        }
        button("Grid").click();
        button("Make 32 images").click();
        assertThat(page.locator("st-grid-section td img")).hasCount(32);
        look("grid");
    }

    /** The same of the parts that watch: with a job that has run, two versions, and engines at work. */
    @ParameterizedTest
    @ValueSource(strings = {"desktop", "phone"})
    void everyWatchingView_isAccessible(String device) {
        String job = watchedJob();
        openOn(device, "");
        lookAt("data", "", "st-dataset-card img");
        lookAt("data", "new", "st-dataset-upload form");
        lookAt("train", "new", "st-run-form .estimate dd");
        lookAt("train", job, "st-chart canvas");
        page.locator("st-charts").scrollIntoViewIfNeeded();
        look("curves");
        lookAt("models", "looked-at", "st-version-picture img");
        lookAt("models", "faces", "st-version-picture img");
        lookAt("engines", "", ".tiles dd");
    }

    private void openOn(String device, String fragment) {
        page.context().close();
        this.device = device;
        NewContextOptions options = device.equals("phone") ? Browser.phone() : Browser.desktop();
        page = browser().page(options.setReducedMotion(ReducedMotion.REDUCE));
        open(fragment);
    }

    private void lookAt(String section, String item, String last) {
        page.navigate(url() + "/?view=" + section + (item.isEmpty() ? "" : "&item=" + item));
        assertThat(page.locator(last).first()).isVisible();
        look(section + (item.equals("new") ? "-new" : item.isEmpty() || item.equals("faces") ? "" : "-one"));
    }

    /** A small job that has succeeded. */
    private String watchedJob() {
        String body =
                "{\"model\": \"looked-at\", \"steps\": 40, \"unet\": \"tiny\", \"image_size\": 16, \"batch_size\": 2,"
                        + " \"checkpoint_every\": 20, \"sample_every\": 20}";
        APIRequestContext client = page.request();
        String id = client.post(
                        url() + "/train",
                        RequestOptions.create()
                                .setHeader("Content-Type", "application/json")
                                .setHeader("Idempotency-Key", "looked-at")
                                .setData(body))
                .text()
                .replaceFirst("(?s).*?\"id\":\"([^\"]+).*", "$1");
        Waiting.await(
                "the job has succeeded",
                () -> client.get(url() + "/train/" + id).text().contains("\"state\":\"succeeded\""));
        return id;
    }

    /** Looks at what is seen in light and in dark, where only the colours are others. */
    private void look(String view) {
        page.waitForTimeout(150);
        keepPicture(view, ColorScheme.DARK);
        requireNoViolations(view + ", dark", axe().withRules(List.of("color-contrast", "link-in-text-block")));
        keepPicture(view, ColorScheme.LIGHT);
        requireNoViolations(
                view, axe().withTags(List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")));
    }

    private void keepPicture(String view, ColorScheme scheme) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
        String name = String.join("-", device, scheme.name(), view).toLowerCase(Locale.ROOT);
        page.screenshot(new Page.ScreenshotOptions().setPath(PICTURES.resolve(name + ".png")));
    }

    /** The page has no frames, so that axe needs no second page to put its results together. */
    private AxeBuilder axe() {
        return new AxeBuilder(page).setLegacyMode(true);
    }

    private void requireNoViolations(String view, AxeBuilder axe) {
        assertThat(axe.analyze().getViolations().stream()
                        .map(violation -> violation.getId() + ": " + violation.getHelp() + " "
                                + violation.getNodes().stream()
                                        .map(node -> node.getTarget() + " " + node.getHtml())
                                        .toList())
                        .toList())
                .as("%s, %s", device, view)
                .isEmpty();
    }

    @Test
    void firstPaint_takesLessThan100Kilobytes() {
        List<Response> answers = new ArrayList<>();
        page.context().close();
        page = browser().page(Browser.desktop());
        page.onResponse(answers::add);
        open("");

        int bytes = answers.stream()
                .filter(answer -> answer.url().matches(".*(/|\\.html|\\.css|\\.js|\\.svg)$"))
                .filter(answer -> !answer.url().contains("/gallery-panel-")) // comes after it
                .mapToInt(answer -> Integer.parseInt(answer.headers().get("content-length")))
                .sum();

        assertThat(answers).allSatisfy(answer -> assertThat(answer.url()).startsWith(url()));
        assertThat(bytes).isLessThan(FIRST_PAINT);
        assertThat(answers.get(0).headerValue("content-security-policy"))
                .contains("default-src 'self'")
                .doesNotContain("unsafe");
    }

    @Test
    void names_areText_whateverTheySay() {
        String hostile = "<img src=x onerror=document.hacked=1>";
        page.route("**/models", route -> answer(route, hostile));
        page.reload();
        AtomicBoolean asked = new AtomicBoolean();
        page.onDialog(dialog -> asked.set(true));

        assertThat(button(hostile)).isVisible();
        button(hostile).click();
        page.locator("#label").click();
        assertThat(page.locator("#label")).hasValue(hostile);
        assertThat(page.evaluate("document.hacked")).isNull();
        assertThat(asked).isFalse();
    }

    private static void answer(Route route, String label) {
        String body = "{\"models\": [{\"name\": \"faces\", \"default\": true, \"served_version\": 1, \"labels\": [\""
                + label + "\"], \"versions\": []}]}";
        route.fulfill(new Route.FulfillOptions()
                .setContentType("application/json")
                .setBodyBytes(body.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void everything_isReachedByKeyboard() {
        page.keyboard().press("?");
        assertThat(page.locator("st-help-dialog dt").first()).isVisible();
        closeDialog();
        page.keyboard().press("d");
        String seed = page.locator("#seed").inputValue();
        page.keyboard().press("l");
        assertThat(page.getByLabel("Lock the seed")).hasAttribute("aria-pressed", "true");
        page.keyboard().press("Control+Enter");
        assertThat(caption()).containsText("seed " + seed);
        page.keyboard().press("k");
        assertThat(page.locator("st-picture-actions").getByLabel("Keep")).hasAttribute("aria-pressed", "true");
        page.keyboard().press("c");
        assertThat(page.getByRole(AriaRole.TAB).first()).isVisible();
        closeDialog();
        page.keyboard().press("t");
        assertThat(page.locator("html")).hasAttribute("data-theme", "dark");
        page.keyboard().press("Delete");
        assertThat(page.locator("st-gallery-panel li")).hasCount(0);
    }

    /** A key that comes while the dialog closes would go to the dialog. */
    private void closeDialog() {
        page.keyboard().press("Escape");
        assertThat(page.locator("dialog[open]")).hasCount(0);
    }
}
