package io.stepwise.studio;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What people do with the page. */
@Tag("browser")
abstract class StudioPage {
    @RegisterExtension
    static final BeforeAllCallback SHARED = context -> studio =
            context.getRoot().getStore(ExtensionContext.Namespace.GLOBAL).computeIfAbsent(Studio.class);

    private static Studio studio;

    Page page;

    @BeforeEach
    void openPage() {
        page = browser().page(Browser.desktop());
        open("");
    }

    @AfterEach
    void closePage() {
        page.context().close();
        browser().requireNoFaults();
    }

    static Browser browser() {
        return studio.browser();
    }

    static String url() {
        return studio.url();
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
