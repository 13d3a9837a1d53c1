package io.stepwise.studio;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.stepwise.contract.PackagedService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/**
 * A service and a browser for the tests of the page, and what people do there. With {@code -Dstudio.url=…} it is a service that
 * runs already, with the page that it has.
 */
@Tag("browser")
abstract class StudioPage {
    @TempDir
    static Path folder;

    private static PackagedService service;
    private static String url;
    private static Browser browser;

    Page page;

    @BeforeAll
    static void start() throws IOException {
        url = System.getProperty("studio.url", "");
        if (url.isEmpty()) {
            service = PackagedService.start(folder, Map.of("QUARKUS_HTTP_HOST", "127.0.0.1"));
            url = service.url();
        }
        browser = new Browser();
    }

    @AfterAll
    static void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
        if (service != null) {
            service.close();
        }
    }

    @BeforeEach
    void openPage() {
        page = browser.page(Browser.desktop());
        open("");
    }

    @AfterEach
    void closePage() {
        page.context().close();
        browser.requireNoFaults();
    }

    static Browser browser() {
        return browser;
    }

    static String url() {
        return url;
    }

    /** Opens the page with that fragment. */
    void open(String fragment) {
        page.navigate(url() + "/" + fragment);
        assertThat(page.locator("#generate")).isVisible();
    }

    Locator button(String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    /** The box of a field of the contract. */
    Locator field(String name) {
        return page.locator("st-field[name='" + name + "'] #input");
    }

    void fill(Locator box, String value) {
        box.fill(value);
        box.blur();
    }

    /** Generates, and waits for the single picture or for all. */
    void generate(int images) {
        fill(page.locator("#n"), String.valueOf(images));
        button("Generate").click();
        if (images == 1) {
            assertThat(page.locator("st-picture-actions")).isVisible();
        } else {
            assertThat(page.locator("st-stage button.cell")).hasCount(images);
        }
    }

    /** The file of the picture on the stage, as the browser saves it. */
    byte[] saved() throws IOException {
        Path file = page.waitForDownload(() -> page.getByRole(AriaRole.TOOLBAR)
                        .getByRole(
                                AriaRole.BUTTON,
                                new Locator.GetByRoleOptions()
                                        .setName("Download")
                                        .setExact(true))
                        .first()
                        .click())
                .path();
        return Files.readAllBytes(file);
    }

    /** Such as {@code seed 42}. */
    Locator caption() {
        return page.locator("st-stage .caption");
    }
}
