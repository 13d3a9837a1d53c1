package io.stepwise.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Debian's Chromium, and pages in it whose programs must not fail. */
final class Browser implements AutoCloseable {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final int PATIENCE_MS = 90_000;

    private final Playwright playwright;
    private final com.microsoft.playwright.Browser browser;
    private final List<String> faults = new ArrayList<>();

    Browser() {
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(CHROMIUM)
                        .setArgs(List.of("--no-sandbox")));
    }

    /** Options for a window of a desktop computer. */
    static com.microsoft.playwright.Browser.NewContextOptions desktop() {
        return new com.microsoft.playwright.Browser.NewContextOptions().setViewportSize(1440, 900);
    }

    /** Options for a phone. */
    static com.microsoft.playwright.Browser.NewContextOptions phone() {
        return new com.microsoft.playwright.Browser.NewContextOptions()
                .setViewportSize(390, 844)
                .setDeviceScaleFactor(2)
                .setIsMobile(true)
                .setHasTouch(true);
    }

    /** A new person's page, with nothing stored. */
    Page page(com.microsoft.playwright.Browser.NewContextOptions options) {
        BrowserContext person = browser.newContext(options);
        person.setDefaultTimeout(PATIENCE_MS);
        return page(person);
    }

    /** Another page of the same person. */
    Page page(BrowserContext person) {
        Page page = person.newPage();
        page.onPageError(faults::add);
        page.onConsoleMessage(this::check);
        return page;
    }

    private void check(ConsoleMessage message) {
        if (message.text().contains("Content Security Policy") || message.text().contains("Trusted")) {
            faults.add(message.text());
        }
    }

    /** Fails if a program of a page has thrown, or was kept from something by the policy. */
    void requireNoFaults() {
        assertThat(faults).isEmpty();
    }

    @Override
    public void close() {
        playwright.close();
    }
}
