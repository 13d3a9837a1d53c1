package io.stepwise.studio;

import io.stepwise.contract.PackagedService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A service and a browser for all tests of the page: they start before the first class and end after the last. With {@code
 * -Dstudio.url=…} the service is one that runs already, with the page that it has.
 */
final class Studio implements AutoCloseable {
    private final @Nullable PackagedService service;
    private final Browser browser = new Browser();

    Studio() throws IOException {
        service = System.getProperty("studio.url") == null
                ? PackagedService.start(
                        Files.createTempDirectory(Path.of("target"), "studio"),
                        Map.of("QUARKUS_HTTP_HOST", "127.0.0.1"))
                : null;
    }

    String url() {
        return service == null ? System.getProperty("studio.url") : service.url();
    }

    Browser browser() {
        return browser;
    }

    @Override
    public void close() throws Exception {
        browser.close();
        if (service != null) {
            service.close();
        }
    }
}
