package io.stepwise.studio;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.stepwise.contract.PackagedService;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page with a service that wants keys, has a short queue, limits requests, dies and comes back. */
@Tag("browser")
class TroubleIT {
    private static final String KEY = "correct-horse-battery-staple";
    /** Some more than the requests of a minute, each of which waits six seconds. */
    private static final int PICTURES = 12;

    private static Browser browser;

    @TempDir
    static Path folder;

    @BeforeAll
    static void start() {
        browser = new Browser();
    }

    @AfterAll
    static void stop() {
        browser.close();
    }

    private static PackagedService service(String... settings) throws Exception {
        Map<String, String> all = new HashMap<>(Map.of("QUARKUS_HTTP_HOST", "127.0.0.1"));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        return PackagedService.start(folder, all);
    }

    private static Page open(PackagedService service) {
        Page page = browser.page(Browser.desktop());
        page.navigate(service.url() + "/");
        return page;
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    @Test
    void key_isAskedFor_andKeptInTheTabOnly_andWhatItMayNotDoIsSaid() throws Exception {
        try (PackagedService service =
                service("STEPWISE_AUTH_KEYS_ME_SECRET", KEY, "STEPWISE_AUTH_KEYS_ME_ROLES", "generate")) {
            Page page = open(service);
            Locator box = page.getByLabel("Key", new Page.GetByLabelOptions().setExact(true));
            box.fill("wrong");
            button(page, "Use the key").click();
            assertThat(page.getByRole(AriaRole.ALERT)).containsText("doesn't know that key");
            box.fill(KEY);
            button(page, "Use the key").click();
            button(page, "Generate").click();
            assertThat(page.locator("st-picture-actions")).isVisible();

            page.reload();

            button(page, "Generate").click();
            assertThat(page.locator("st-gallery-panel li")).hasCount(2);
            assertThat(page.url()).doesNotContain(KEY);
            assertThat((String) page.evaluate("JSON.stringify(localStorage)")).doesNotContain(KEY);
            Page another = browser.page(page.context());
            another.navigate(service.url() + "/");
            assertThat(another.getByLabel("Key", new Page.GetByLabelOptions().setExact(true)))
                    .isVisible();
            page.context().close();
            requireWords(service);
        }
        browser.requireNoFaults();
    }

    /** The key lacks the roles of these views. */
    private static void requireWords(PackagedService service) {
        Page page = browser.page(Browser.desktop());
        page.navigate(service.url() + "/?view=engines");
        page.getByLabel("Key", new Page.GetByLabelOptions().setExact(true)).fill(KEY);
        button(page, "Use the key").click();

        assertThat(page.getByRole(AriaRole.ALERT).first()).containsText("This key may not do that.");
        assertThat(page.locator("st-engines-section .tiles")).isVisible(); // the metrics want no role
        button(page, "Train").click();
        assertThat(page.locator("st-training-section").getByRole(AriaRole.ALERT).first())
                .containsText("This key may not do that.");
        page.context().close();
    }

    @Test
    void tooManyRequests_waitAndGoOnByThemselves() throws Exception {
        try (PackagedService service = service(
                "STEPWISE_AUTH_KEYS_ME_SECRET", KEY,
                "STEPWISE_AUTH_KEYS_ME_ROLES", "generate",
                "STEPWISE_AUTH_REQUESTS_PER_MINUTE", "10")) {
            Page page = open(service);
            page.getByLabel("Key", new Page.GetByLabelOptions().setExact(true)).fill(KEY);
            button(page, "Use the key").click();
            for (int i = 0; i < PICTURES; i++) {
                button(page, "Generate").click();
            }

            assertThat(page.locator("st-queue-list li.paused").first())
                    .containsText(Pattern.compile("Too many requests. Asks again in \\d+ s."));

            assertThat(page.locator("st-queue-list li")).hasCount(0);
            assertThat(page.locator("st-gallery-panel li")).hasCount(PICTURES);
            page.context().close();
        }
        browser.requireNoFaults();
    }

    /** Of two people: one waits for an image, the other watches. */
    @Test
    void aServiceThatDiesAndComesBack_finishesWhatWasAsked_andIsWatchedAgain() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        String[] settings = {"QUARKUS_HTTP_PORT", String.valueOf(port)};
        PackagedService service = service(settings);
        Page watching = browser.page(Browser.desktop());
        watching.navigate(service.url() + "/?view=models");
        assertThat(watching.locator("st-version-picture img")).isVisible();
        Page page = open(service);
        Locator steps = page.locator("st-field[name=steps] #input");
        steps.fill("600");
        steps.blur();
        button(page, "Generate").click();
        assertThat(page.locator("st-stage .making img")).isVisible();
        String seed = page.locator("#seed").inputValue();

        service.kill();

        assertThat(page.locator("st-queue-list li")).containsText("This goes on when it is back.");
        assertThat(page.getByRole(AriaRole.ALERT).first()).containsText("The service does not answer.");
        assertThat(watching.locator("st-models-section .trouble")).containsText("This goes on when it is back.");
        try (PackagedService again = service(settings)) {
            assertThat(page.locator("st-picture-actions")).isVisible();
            assertThat(page.locator("st-stage .caption")).containsText("seed " + seed);
            assertThat(page.locator(".away")).isHidden();
            assertThat(watching.locator("st-models-section .trouble")).hasCount(0);
            button(watching, "Engines").click();
            assertThat(watching.locator("st-engines-section .tiles")).containsText("Engines busy");
            assertThat(URI.create(again.url()).getPort()).isEqualTo(port);
            page.context().close();
            watching.context().close();
        }
        browser.requireNoFaults();
    }
}
